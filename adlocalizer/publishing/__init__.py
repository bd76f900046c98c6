"""From outcomes to what people get: regions delivered, the catalogue, the report."""

from adlocalizer.publishing.account import Account, account_of, read_account, region_outcomes, run_report, write_account
from adlocalizer.publishing.catalogue_rows import catalogue_region
from adlocalizer.publishing.delivery import check_out, deliver, retire_regions
from adlocalizer.publishing.pages import contact_sheet, publish_report, report_folder, write_thumbnails
from adlocalizer.publishing.redelivering import redeliver, rewrite_report

__all__ = [
    "Account",
    "account_of",
    "catalogue_region",
    "check_out",
    "contact_sheet",
    "deliver",
    "publish_report",
    "read_account",
    "redeliver",
    "region_outcomes",
    "report_folder",
    "retire_regions",
    "rewrite_report",
    "run_report",
    "write_account",
    "write_thumbnails",
]
