from . import portal
from . import complaint_portal
from . import claim_portal
from . import document_portal
