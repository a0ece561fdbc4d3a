from odoo.addons.kuaidi_key_account.hooks import part_from

ADDON = "kuaidi_claims"


def uninstall_hook(env):
    """Part from what belongs to claims, complaints, insurance and recovery."""
    part_from(env, ADDON)
