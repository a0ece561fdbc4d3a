from . import client_review_xlsx
