from . import portal_company
from . import portal_request
from . import portal
from . import portal_files
from . import portal_complaint
from . import portal_claim
from . import portal_offer
from . import portal_document
