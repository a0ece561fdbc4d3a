# the file's parts first, then the account that holds them, then Odoo's own models
from . import document_type
from . import need_template
from . import onboarding_step_type
from . import key_account
from . import account_member
from . import account_contact
from . import account_competitor
from . import account_need
from . import account_document
from . import onboarding_step
from . import account_onboarding
from . import account_money
from . import account_move
from . import crm_lead
from . import res_partner
from . import res_company
from . import res_config_settings
