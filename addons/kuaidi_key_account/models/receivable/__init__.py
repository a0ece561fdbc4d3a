from . import account_partial_reconcile
from . import receivable_company
from . import receivable_settings
from . import receivable_item
from . import statement
from . import statement_line
from . import statement_generate
