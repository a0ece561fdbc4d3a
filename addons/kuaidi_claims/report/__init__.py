from . import complaint_lists_xlsx
from . import claim_lists_xlsx
from . import recovery_lists_xlsx
