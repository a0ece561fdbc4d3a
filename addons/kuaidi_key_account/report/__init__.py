from . import client_review_xlsx
from . import list_xlsx
from . import insight_lists_xlsx
from . import receivable_lists_xlsx
from . import retention_xlsx
from . import tender_lists_xlsx
from . import statement_xlsx
from . import tender_results_xlsx
