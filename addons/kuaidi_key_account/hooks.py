def uninstall_hook(env):
    """Take the approvals of accounts, contracts, prices, tenders and debts along."""
    env["tier.review"]._forget_addon("kuaidi_key_account")
