# figures first, then what is made of them
from . import monthly_figure
from . import figure_rows
from . import figure_api
from . import account_figures
from . import client_review
from . import review_labels
from . import review_generate
from . import review_snapshot
from . import review_proposal
from . import review_sending
from . import review_send
from . import review_page
from . import figure_lock
from . import account_reviews
from . import review_company
from . import review_settings
