#include <QTest>

#include "core/base/error.h"
#include "core/ranks/rank_lead.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

RunPlan plan(int items, const std::vector<WorkerPlace>& workers = {{.device = "cpu"}}) {
    RunPlan plan;
    plan.recipe.model = "starter";
    plan.recipe.model_hash = std::string(64, 'a');
    plan.placement.workers = workers;
    if (!workers.front().stages.empty()) plan.placement.mode = Mode::Pipelined;
    for (int i = 0; i < items; ++i)
        plan.items.push_back({.index = i, .row = i, .place = std::to_string(i) + ".png", .task = ImageTask{}});
    return plan;
}

RankReport made(const std::vector<int64_t>& items) {
    RankReport report;
    for (const int64_t item : items)
        report.done.push_back({.item = item, .content = ResultFile{.name = std::to_string(item) + ".png"}});
    return report;
}

using Numbers = std::vector<int64_t>;
using Ranks = std::vector<int>;

}  // namespace

class TstRankLead : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void oneRoundIsEnoughWhereNobodyIsLost() {
        const RunPlan four = plan(4);
        RankLead lead(four, 2);
        lead.take(0, "rank 0", made({1}));
        lead.take(1, "rank 1", made({}));
        QCOMPARE(lead.next_round().items, Numbers({0, 2, 3}));
        lead.take(0, "rank 0", made({0, 1}));
        lead.take(1, "rank 1", made({2}));
        const RoundOrders end = lead.next_round();
        QCOMPARE(end.items, Numbers());  // the rank that should have made 3 would fail again
        QCOMPARE(end.left, 1);
        QCOMPARE(lead.reported_by(1).size(), size_t{1});
    }

    void whatALostRankLeavesIsMadeInAnotherRound() {
        const RunPlan four = plan(4);
        RankLead lead(four, 2);
        lead.next_round();
        lead.take(0, "rank 0", made({0, 1}));
        lead.abandon(1);
        const RoundOrders more = lead.next_round();
        QCOMPARE(more.items, Numbers({2, 3}));
        QCOMPARE(more.unable, Ranks({1}));
        QVERIFY(lead.has_abandoned(1));
        lead.take(0, "rank 0", made({2, 3}));
        const RoundOrders end = lead.next_round();
        QCOMPARE(end.items, Numbers());
        QCOMPARE(end.left, 0);
    }

    void whatCannotBeMadeIsNotTriedAgain() {
        const RunPlan two = plan(2);
        RankLead lead(two, 2);
        lead.next_round();
        RankReport report = made({0});
        report.failed = {1};
        lead.take(0, "rank 0", report);
        lead.abandon(1);
        QCOMPARE(lead.next_round().items, Numbers());
    }

    void aRankThatCannotGoOnGetsNothingMore() {
        const RunPlan two = plan(2);
        RankLead lead(two, 2);
        lead.next_round();
        RankReport report = made({0});
        report.able = false;
        lead.take(0, "rank 0", made({}));
        lead.take(1, "rank 1", report);
        const RoundOrders more = lead.next_round();
        QCOMPARE(more.items, Numbers({1}));
        QCOMPARE(more.unable, Ranks({1}));
        QVERIFY(!lead.has_abandoned(1));  // it still responds
    }

    void withoutAWholePipelineThereIsNoRound() {
        const WorkerPlace place{.device = "cpu+cpu", .stages = {{"cpu", {0, 1}}, {"cpu", {1, 2}}}, .device_map = {}};
        const RunPlan two = plan(2, {place});
        RankLead lead(two, 4);
        lead.next_round();
        lead.abandon(1);
        QCOMPARE(lead.next_round().items, Numbers({0, 1}));
        lead.abandon(2);
        QCOMPARE(lead.next_round().items, Numbers());
        QCOMPARE(able_makers({1}, 4, 2), Ranks({1}));
        QCOMPARE(able_makers({1, 2}, 4, 2), Ranks());
        QCOMPARE(able_makers({}, 4, 1), Ranks({0, 1, 2, 3}));
    }

    void recordsOfNoItemArePassedOver() {
        const RunPlan two = plan(2);
        RankLead lead(two, 1);
        RankReport report = made({-1, 0, 2});
        report.done[1].content = ResultFile{.name = "../elsewhere.png"};
        lead.take(0, "rank 0", report);
        QCOMPARE(lead.done().size(), size_t{0});
    }

    void anotherModelIsRefusedByName() {
        const RunPlan two = plan(2);
        RankLead lead(two, 3);
        RankReport same = made({}), other = made({});
        same.model_hash = std::string(64, 'a');
        other.model_hash = std::string(64, 'b');
        lead.take(0, "rank 0 on a", made({}));
        lead.take(1, "rank 1 on b", same);
        QCOMPARE(lead.next_round().refusal, std::string());
        lead.take(2, "rank 2 on c", other);
        QCOMPARE(lead.next_round().refusal,
                 std::string("The model starter differs: rank 2 on c has SHA-256 bbbbbbbbbbbbbbbb… and rank 0 on a has "
                             "aaaaaaaaaaaaaaaa…; put the same files on both machines"));
    }

    void anotherLoraIsRefused() {
        RunPlan two = plan(2);
        two.recipe.loras = {{.name = "ink", .file = "", .hash = std::string(64, 'c'), .data_hash = ""}};
        RankLead lead(two, 2);
        RankReport report = made({});
        report.lora_hashes = {std::string(64, 'd')};
        lead.take(0, "rank 0", made({}));
        lead.take(1, "rank 1", report);
        QVERIFY(lead.next_round().refusal.starts_with("The LoRA ink differs"));
    }

    void messagesComeOutAsTheyWentIn() {
        RankReport report = made({3, 5});
        report.able = false;
        report.failed = {7};
        report.model_hash = "abc";
        report.lora_hashes = {"", "d"};
        const RankReport read = report_in(to_text(report));
        QCOMPARE(to_text(read), to_text(report));
        QCOMPARE(read.done.size(), size_t{2});
        QVERIFY(!read.able);
        const RoundOrders orders{.items = {1, 2}, .unable = {3}, .left = 4, .refusal = "no"};
        QCOMPARE(to_text(orders_in(to_text(orders))), to_text(orders));
    }

    void nonsenseIsRefused_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("no JSON") << QByteArray("able");
        QTest::newRow("a part of it") << QByteArray("{\"able\":true}");
        QTest::newRow("another type") << QByteArray("[1,2]");
        QTest::newRow("a record that is none")
            << QByteArray::fromStdString(to_text(RankReport())) + "{\"type\":\"done\"}\n";
    }

    void nonsenseIsRefused() {
        QFETCH(QByteArray, text);
        QVERIFY_EXCEPTION_THROWN(report_in(text.toStdString()), Error);
        QVERIFY_EXCEPTION_THROWN(orders_in(text.toStdString()), Error);
    }
};

FANLIGHT_TEST(TstRankLead)
#include "tst_rank_lead.moc"
