# contracts first, then what stands on them
from . import contract
from . import contract_clauses
from . import contract_term
from . import renewal
from . import renewal_position
from . import renewal_company
from . import renewal_open
from . import renewal_remind
from . import renewal_lead
from . import renewal_flow
from . import renewal_public
from . import renewal_contract
from . import renewal_alert
from . import retention_report
