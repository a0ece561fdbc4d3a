import {
    Component,
    onWillStart,
    onWillUnmount,
    useEffect,
    useRef,
    useState,
} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {loadBundle} from "@web/core/assets";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {user} from "@web/core/user";
import {useService} from "@web/core/utils/hooks";

const AGEING_COLOURS = ["#5aa469", "#f2c037", "#fa8c16", "#e8590c", "#c92a2a"];
const MONEY_COLOUR = "#714b67";
const PROMISE_COLOUR = "#3b82c4";

/** The collector's first page: whom to call, what was promised, what came in. */
export class KuaidiCollectionDesk extends Component {
    static template = "kuaidi_key_account.CollectionDesk";
    static props = {...standardActionServiceProps};

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.ageingRef = useRef("ageing");
        this.monthRef = useRef("month");
        this.promisesRef = useRef("promises");
        this.state = useState({data: null});
        this.charts = [];
        onWillStart(async () => {
            await Promise.all([loadBundle("web.chartjs_lib"), this.load()]);
        });
        useEffect(
            () => this.drawCharts(),
            () => [this.state.data]
        );
        onWillUnmount(() => this.removeCharts());
    }

    async load() {
        this.state.data = await this.orm.call("kuaidi.collection.desk", "get_data", []);
    }

    get userName() {
        return user.name;
    }

    get hasPromises() {
        return this.state.data.promises.amounts.some(Boolean);
    }

    format(number) {
        return number.toLocaleString();
    }

    formatMoney(amount) {
        const text = amount.toLocaleString(undefined, {maximumFractionDigits: 0});
        return `${this.state.data.currency} ${text}`;
    }

    open(action) {
        return this.action.doAction(action);
    }

    openCase(id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "kuaidi.collection.case",
            res_id: id,
            views: [[false, "form"]],
        });
    }

    removeCharts() {
        for (const chart of this.charts) {
            chart.destroy();
        }
        this.charts = [];
    }

    drawCharts() {
        this.removeCharts();
        const {ageing, month, promises} = this.state.data;
        this.drawBars(
            this.ageingRef.el,
            _t("Open amount"),
            ageing.map((bucket) => bucket.label),
            ageing.map((bucket) => bucket.amount),
            AGEING_COLOURS,
            ageing.map((bucket) => bucket.action)
        );
        this.drawBars(
            this.monthRef.el,
            _t("Collected"),
            month.labels,
            month.amounts,
            MONEY_COLOUR,
            month.actions
        );
        this.drawBars(
            this.promisesRef.el,
            _t("Promised"),
            promises.labels,
            promises.amounts,
            PROMISE_COLOUR,
            promises.actions
        );
    }

    drawBars(canvas, label, labels, amounts, colour, actions) {
        if (!canvas) {
            return;
        }
        this.charts.push(
            new window.Chart(canvas, {
                type: "bar",
                data: {
                    labels,
                    datasets: [{label, data: amounts, backgroundColor: colour}],
                },
                options: {
                    animation: false,
                    maintainAspectRatio: false,
                    onClick: (ev, [element]) =>
                        element && this.open(actions[element.index]),
                    plugins: {legend: {display: false}},
                    scales: {y: {beginAtZero: true}},
                },
            })
        );
    }
}

registry.category("actions").add("kuaidi_collection_desk", KuaidiCollectionDesk);
