#include <QTest>
#include <numeric>

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
    report.done = items;
    return report;
}

Result image(int64_t item) { return {.item = item, .content = ResultFile{.name = std::to_string(item) + ".png"}}; }

/// Rank 0 has got this from a rank.
void hand_over(RankLead& lead, int rank, const std::vector<int64_t>& items) {
    for (const int64_t item : lead.take(rank, "rank " + std::to_string(rank), made(items)))
        lead.receive(rank, image(item));
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
        lead.find({1}, {});
        lead.take(0, "rank 0", made({}));
        lead.take(1, "rank 1", made({}));
        QCOMPARE(lead.next_round().items, Numbers({0, 2, 3}));
        lead.find({0, 1}, {});
        lead.take(0, "rank 0", made({0}));
        hand_over(lead, 1, {2});
        const RoundOrders end = lead.next_round();
        QCOMPARE(end.items, Numbers());  // the rank that should have made 3 would fail again
        QCOMPARE(end.left, 1);
        QCOMPARE(lead.files_of(1).size(), size_t{1});
        QVERIFY(lead.file_elsewhere(2) && !lead.file_elsewhere(0));
    }

    void onlyWhatIsMissingIsToBeHandedOver() {
        const RunPlan four = plan(4);
        RankLead lead(four, 3);
        lead.find({0}, {1});
        RankReport report = made({0, 2});
        report.failed = {1, 3};
        QCOMPARE(lead.take(1, "rank 1", report), Numbers({2, 3}));
        lead.receive(1, Result{.item = 2, .content = ResultRecord{}});
        lead.receive(1, FailedRecord{.item = 3, .kind = "request", .reason = ""});
        QCOMPARE(lead.take(2, "rank 2", made({2})), Numbers());  // another rank's folder is the same
        QVERIFY(lead.files_of(1).empty());
        QCOMPARE(lead.done(), std::set<int64_t>({0, 2}));
    }

    void whatIsNotHandedOverIsMadeByOthers() {
        const RunPlan four = plan(4);
        RankLead lead(four, 2);
        lead.next_round();
        lead.find({0}, {});
        RankReport report = made({2});
        report.failed = {3};
        lead.take(1, "rank 1", report);
        lead.abandon(1);
        QCOMPARE(lead.next_round().items, Numbers({1, 2, 3}));
    }

    void whatALostRankLeavesIsMadeInAnotherRound() {
        const RunPlan four = plan(4);
        RankLead lead(four, 2);
        lead.next_round();
        lead.find({0, 1}, {});
        lead.abandon(1);
        const RoundOrders more = lead.next_round();
        QCOMPARE(more.items, Numbers({2, 3}));
        QCOMPARE(more.unable, Ranks({1}));
        QVERIFY(lead.has_abandoned(1));
        lead.find({2, 3}, {});
        const RoundOrders end = lead.next_round();
        QCOMPARE(end.items, Numbers());
        QCOMPARE(end.left, 0);
    }

    void whatCannotBeMadeIsNotTriedAgain() {
        const RunPlan two = plan(2);
        RankLead lead(two, 2);
        lead.next_round();
        RankReport report = made({});
        report.failed = {1};
        lead.find({0}, {});
        lead.take(0, "rank 0", report);
        lead.abandon(1);
        QCOMPARE(lead.next_round().items, Numbers());
    }

    void aRankThatCannotGoOnGetsNothingMore() {
        const RunPlan two = plan(2);
        RankLead lead(two, 2);
        lead.next_round();
        hand_over(lead, 1, {0});
        RankReport report = made({});
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

    void anotherModelIsRefusedByName() {
        const RunPlan two = plan(2);
        RankLead lead(two, 3);
        RankReport same = made({}), other = made({});
        same.models = {{.model = std::string(64, 'a')}};
        other.models = {{.model = std::string(64, 'b')}};
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
        report.models = {{.loras = {std::string(64, 'd')}}};
        lead.take(0, "rank 0", made({}));
        lead.take(1, "rank 1", report);
        QVERIFY(lead.next_round().refusal.starts_with("The LoRA ink differs"));
    }

    void anotherEmbeddingIsRefused() {
        RunPlan two = plan(2);
        two.recipe.embeddings = {{.name = "moss", .file = "", .hash = std::string(64, 'c')},
                                 {.name = "rust", .file = "", .hash = std::string(64, 'c')}};
        RankLead lead(two, 2);
        RankReport report = made({});
        report.models = {{.embeddings = {std::string(64, 'c'), std::string(64, 'd')}}};
        lead.take(0, "rank 0", made({}));
        lead.take(1, "rank 1", report);
        QVERIFY(lead.next_round().refusal.starts_with("The embedding rust differs"));
    }

    void anotherFileOfAFurtherModelIsRefused() {
        RunPlan two = plan(2);
        two.others.push_back(two);
        two.others[0].recipe.model_hash = std::string(64, 'c');
        RankLead lead(two, 2);
        RankReport report = made({});
        report.models = {{}, {.model = std::string(64, 'd')}};
        lead.take(0, "rank 0", made({}));
        lead.take(1, "rank 1", report);
        QVERIFY(lead.next_round().refusal.starts_with("The model starter differs"));
    }

    void anotherComponentIsRefused() {
        RunPlan two = plan(2);
        two.recipe.components = {{vae_kind, "a.safetensors", "", std::string(64, 'c')}};
        RankLead lead(two, 2);
        RankReport report = made({});
        report.models = {{.components = {std::string(64, 'd')}}};
        lead.take(0, "rank 0", made({}));
        lead.take(1, "rank 1", report);
        QVERIFY(lead.next_round().refusal.starts_with("The file a.safetensors differs"));
    }

    void messagesComeOutAsTheyWentIn() {
        RankReport report = made({5, 3});
        report.able = false;
        report.failed = {7};
        report.models = {{"abc", {"", "d"}, {"e", "f"}, {"g"}}, {"", {}, {}, {}}};
        const RankReport read = report_in(to_text(report), 8);
        QCOMPARE(to_text(read), to_text(report));
        QCOMPARE(read.done, Numbers({3, 5}));
        QVERIFY(!read.able);
        const RoundOrders orders{.items = {1, 2}, .unable = {3}, .left = 4, .refusal = "no"};
        QCOMPARE(to_text(orders_in(to_text(orders), 4)), to_text(orders));
        QCOMPARE(items_in(to_text(Numbers({4, 0, 1, 2, 2, 9})), 10), Numbers({0, 1, 2, 4, 9}));
        QCOMPARE(items_in(to_text(Numbers()), 0), Numbers());
    }

    /// Every process may keep what is in the store, and resends nothing.
    void manyItemsAreAShortMessage() {
        Numbers items(100'000);
        std::iota(items.begin(), items.end(), 0);
        QVERIFY(to_text(made(items)).size() < 200);
    }

    void nonsenseIsRefused_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("no JSON") << QByteArray("able");
        QTest::newRow("a part of it") << QByteArray("{\"able\":true}");
        QTest::newRow("another type") << QByteArray("[1,2]");
        QTest::newRow("a number out of all range") << QByteArray("{\"able\":1e999}");
    }

    void nonsenseIsRefused() {
        QFETCH(QByteArray, text);
        QVERIFY_EXCEPTION_THROWN(report_in(text.toStdString(), 9), Error);
        QVERIFY_EXCEPTION_THROWN(orders_in(text.toStdString(), 9), Error);
        QVERIFY_EXCEPTION_THROWN(items_in(text.toStdString(), 9), Error);
    }

    void itemsThatTheRunDoesNotHaveAreRefused_data() {
        QTest::addColumn<QByteArray>("ranges");
        QTest::newRow("beyond the last") << QByteArray("[0,10]");
        QTest::newRow("beyond all bounds") << QByteArray("[0,9000000000000000000]");
        QTest::newRow("before the first") << QByteArray("[-1,2]");
        QTest::newRow("backwards") << QByteArray("[3,2]");
        QTest::newRow("twice") << QByteArray("[0,3,2,4]");
        QTest::newRow("half a range") << QByteArray("[0,3,4]");
        QTest::newRow("words") << QByteArray("[\"a\",\"b\"]");
    }

    void itemsThatTheRunDoesNotHaveAreRefused() {
        QFETCH(QByteArray, ranges);
        QVERIFY_EXCEPTION_THROWN(items_in("{\"items\":" + ranges.toStdString() + "}", 9), Error);
    }
};

FANLIGHT_TEST(TstRankLead)
#include "tst_rank_lead.moc"
