"""Replaces the administrator's first password, which everybody knows.

Read by `odoo shell` in the service `install`, so `env` is there. A password that was
chosen later stays.
"""

import os

admin = env.ref("base.user_admin")  # noqa: F821
env.cr.execute("SELECT password FROM res_users WHERE id = %s", [admin.id])  # noqa: F821
stored = env.cr.fetchone()[0]  # noqa: F821
if admin._crypt_context().verify("admin", stored):
    admin.password = os.environ["ADMIN_PASSWORD"]
    env.cr.commit()  # noqa: F821
