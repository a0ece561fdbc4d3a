from . import claim_lists_xlsx
