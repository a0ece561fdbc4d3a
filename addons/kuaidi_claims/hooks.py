def uninstall_hook(env):
    """Take the approvals of claims along."""
    env["tier.review"]._forget_addon("kuaidi_claims")
