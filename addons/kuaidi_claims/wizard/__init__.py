from . import claim_close
