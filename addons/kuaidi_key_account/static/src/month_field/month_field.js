import {Component} from "@odoo/owl";
import {useDateTimePicker} from "@web/core/datetime/datetime_picker_hook";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const {DateTime} = luxon;

/** Returns how the user's language writes a month, such as yyyy年MMM月. */
function getMonthFormat() {
    const format = DateTime.parseFormatForOpts({year: "numeric", month: "short"});
    // luxon answers five letters, which it can read, and cannot write
    return format.replace(/y+/, "yyyy");
}

/** Shows a date that stands for its month, and lets choose or type a month. */
export class KuaidiMonthField extends Component {
    static template = "kuaidi_key_account.MonthField";
    static props = {
        ...standardFieldProps,
        placeholder: {type: String, optional: true},
    };

    setup() {
        this.format = getMonthFormat();
        const getValue = () => this.value;
        useDateTimePicker({
            target: "root",
            startDateRefName: "month",
            format: this.format,
            get pickerProps() {
                return {type: "date", minPrecision: "months", value: getValue()};
            },
            onApply: (value) => this.onApply(value),
            onClose: () => this.setDirty(false),
        });
    }

    get value() {
        return this.props.record.data[this.props.name];
    }

    get text() {
        return this.value ? this.value.toFormat(this.format) : "";
    }

    setDirty(isDirty) {
        this.props.record.model.bus.trigger("FIELD_IS_DIRTY", isDirty);
    }

    async onApply(value) {
        // a day can be typed
        const month = value && value.startOf("month");
        await this.props.record.update({[this.props.name]: month});
        this.setDirty(false);
    }
}

export const kuaidiMonthField = {
    component: KuaidiMonthField,
    displayName: _t("Month"),
    supportedTypes: ["date"],
    listViewWidth: 110,
    extractProps: ({placeholder}) => ({placeholder}),
};

registry.category("fields").add("kuaidi_month", kuaidiMonthField);
