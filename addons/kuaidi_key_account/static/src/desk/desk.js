import {
    Component,
    onWillStart,
    onWillUnmount,
    useEffect,
    useRef,
    useState,
} from "@odoo/owl";
import {deserializeDateTime, toLocaleDateTimeString} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {loadBundle} from "@web/core/assets";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";

const LEVEL_COLOURS = {4: "#d9363e", 3: "#fa8c16", 2: "#f2c037", 1: "#3b82c4"};
const NOW_COLOUR = "#714b67";
const FORMER_COLOUR = "#c9c3cc";

/** The first page: what is due, who is at risk, how volume moves; one click away. */
export class KuaidiDesk extends Component {
    static template = "kuaidi_key_account.Desk";
    static props = {...standardActionServiceProps};

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.trendRef = useRef("trend");
        this.alertsRef = useRef("alerts");
        this.state = useState({data: null, isLoading: true});
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

    async load(scope = null) {
        this.state.isLoading = true;
        try {
            this.state.data = await this.orm.call("kuaidi.desk", "get_data", [scope]);
        } finally {
            this.state.isLoading = false;
        }
    }

    get kindLabels() {
        return {open: _t("open"), today: _t("due today"), late: _t("late")};
    }

    /** What is shown of the clients as a whole; null for those who do not serve them. */
    get clients() {
        return this.state.data.clients;
    }

    get hasVolume() {
        const {pieces, former} = this.clients.trend;
        return [...pieces, ...former].some(Boolean);
    }

    get alertCount() {
        return this.clients.alerts.reduce((sum, alert) => sum + alert.count, 0);
    }

    /** Returns how much is open, and what of it is due today or late: no zeros. */
    getNumbers(tile) {
        return tile.numbers.filter(({kind, count}) => kind === "open" || count);
    }

    levelColour(level) {
        return LEVEL_COLOURS[level];
    }

    formatDue(row) {
        return toLocaleDateTimeString(deserializeDateTime(row.due));
    }

    format(number) {
        return number.toLocaleString();
    }

    open(action) {
        return this.action.doAction(action);
    }

    openRecord(model, id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
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
        if (this.trendRef.el) {
            this.charts.push(this.drawTrend(this.clients.trend));
        }
        if (this.alertsRef.el) {
            this.charts.push(this.drawAlerts(this.clients.alerts));
        }
    }

    drawTrend(trend) {
        return new window.Chart(this.trendRef.el, {
            type: "bar",
            data: {
                labels: trend.labels,
                datasets: [
                    {
                        label: _t("Pieces"),
                        data: trend.pieces,
                        backgroundColor: NOW_COLOUR,
                        order: 2,
                    },
                    {
                        label: _t("Year before"),
                        data: trend.former,
                        type: "line",
                        borderColor: FORMER_COLOUR,
                        backgroundColor: FORMER_COLOUR,
                        tension: 0.3,
                        order: 1,
                    },
                ],
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                onClick: (ev, [element]) =>
                    element && this.open(trend.actions[element.index]),
                plugins: {legend: {position: "bottom"}},
                scales: {y: {beginAtZero: true}},
            },
        });
    }

    drawAlerts(alerts) {
        return new window.Chart(this.alertsRef.el, {
            type: "doughnut",
            data: {
                labels: alerts.map((alert) => alert.label),
                datasets: [
                    {
                        data: alerts.map((alert) => alert.count),
                        backgroundColor: alerts.map(
                            (alert) => LEVEL_COLOURS[alert.level]
                        ),
                    },
                ],
            },
            options: {
                animation: false,
                cutout: "68%",
                maintainAspectRatio: false,
                onClick: (ev, [element]) =>
                    element && this.open(alerts[element.index].action),
                plugins: {legend: {display: false}},
            },
        });
    }
}

registry.category("actions").add("kuaidi_desk", KuaidiDesk);
