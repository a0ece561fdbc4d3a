from . import account_partial_reconcile
from . import receivable_company
from . import receivable_settings
from . import receivable_item
