"""Attack 11 of docs/security.md: nobody decides past the buttons."""

from collections import Counter

from odoo.tests import tagged
from odoo.tools import mute_logger

from . import access_tables
from .attack_common import EVIL, QUIET, AttackCase

# what a court answered, which finance writes down
REMARKS = {"kuaidi.legal.step"}


@tagged("post_install", "-at_install")
class TestAttackOnStates(AttackCase):
    """Each role writes each state of each model, on records that it may work on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._serve_strangers()

    def _get_states(self):
        """Return the stored states of our models, by name, with their values."""
        return {
            name: model._fields["state"].get_values(self.env)
            for name, model in access_tables.get_own_models(self.env).items()
            if access_tables.get_kind(model) == "stored"
            and "state" in model._fields
            and model._fields["state"].type == "selection"
            and model._fields["state"].store
        }

    def _save(self, user, name, ids, values, **context):
        """Return the state that a record gets when a client program saves it."""
        answer, _changes = self._call(
            user, name, "web_save", ids, values, {"state": {}}, context=context
        )
        return answer and answer[0]["state"]

    # === TESTS === #

    @mute_logger(*QUIET)
    def test_no_role_writes_a_state(self):
        tried, succeeded = Counter(), []
        states = self._get_states()
        self.assertGreater(len(states), 30)
        for name, values in states.items():
            record = self.records[name]
            for value in set(values) - {record.state}:
                for role, user in self.everybody.items():
                    tried[role] += 1
                    saved = self._save(user, name, record.ids, {"state": value})
                    if saved == value and name not in REMARKS:
                        succeeded.append((role, name, value))
        self._report(11, "states written", tried, succeeded)

    @mute_logger(*QUIET)
    def test_no_role_makes_a_record_that_is_decided_already(self):
        tried, succeeded = Counter(), []
        for name, values in self._get_states().items():
            given = {
                key: "Own" if part == EVIL else part
                for key, part in self.values.get(name, {}).items()
                if key != "state"
            }
            first = self.env[name].default_get(["state"]).get("state", values[0])
            for value in set(values) - {first}:
                for role, user in self.everybody.items():
                    for extra, context in (
                        ({"state": value}, {}),
                        ({}, {"default_state": value}),
                    ):
                        tried[role] += 1
                        saved = self._save(user, name, [], given | extra, **context)
                        if saved == value and name not in REMARKS:
                            succeeded.append((role, name, value))
        self._report(11, "records decided already", tried, succeeded)
