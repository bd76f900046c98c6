"""Everything people write for a campaign, read strictly: YAML files, tables, seeds and templates."""

from adlocalizer.config.documents import read_yaml
from adlocalizer.config.project import Project, find_project
from adlocalizer.config.rows import CityTable, CopyTable
from adlocalizer.config.tables import TableRow, read_table

__all__ = ["CityTable", "CopyTable", "Project", "TableRow", "find_project", "read_table", "read_yaml"]
