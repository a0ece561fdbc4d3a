import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const MAX_STARS = 5;

/** Shows a number of stars as filled and empty ones; it is never edited. */
export class KuaidiStarsField extends Component {
    static template = "kuaidi_key_account.StarsField";
    static props = {...standardFieldProps};

    get count() {
        const value = this.props.record.data[this.props.name] || 0;
        return Math.min(MAX_STARS, Math.max(0, value));
    }

    get filled() {
        return "★".repeat(this.count);
    }

    get empty() {
        return "☆".repeat(MAX_STARS - this.count);
    }

    get label() {
        return this.count
            ? _t("%(count)s of %(max)s stars", {count: this.count, max: MAX_STARS})
            : _t("No star");
    }
}

export const kuaidiStarsField = {
    component: KuaidiStarsField,
    displayName: _t("Stars"),
    supportedTypes: ["integer"],
    isEmpty: () => false,
};

registry.category("fields").add("kuaidi_stars", kuaidiStarsField);
