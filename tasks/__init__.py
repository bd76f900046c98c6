"""Effects: thin Prefect tasks that read, call the core and write. One a module, named like its verb."""
