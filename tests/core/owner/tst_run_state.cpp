#include "core/owner/run_state.h"

#include <QTest>
#include <optional>

#include "core/base/error.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

RunState run_of(int64_t total) { return RunState(client::Run{1, "/runs/a", "starter", "running", total, 0, ""}); }

client::Worker working(int number) { return {.run = 1, .worker = number, .device = "cpu", .state = "working"}; }

template <typename Message>
std::string error_of(RunState run, const Message& message) {
    try {
        run.apply(message);
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

/// The state of a client that has received the whole state of `run`.
RunState copy_of(const RunState& run) {
    RunState copy;
    for (const client::FromOwner& message : run.snapshot())
        std::visit(
            [&](const auto& body) {
                if constexpr (requires { copy.apply(body); }) copy.apply(body);
            },
            message);
    return copy;
}

std::vector<std::string> lines(const RunState& run) {
    std::vector<std::string> lines;
    for (const client::FromOwner& message : run.snapshot()) lines.push_back(client::to_line(message));
    return lines;
}

}  // namespace

class TestRunState : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tokensOfTextsAreAveraged() {
        RunState run = run_of(3);
        run.apply(working(0));
        const auto made = [](int64_t item, double seconds, Json more) {
            return ItemDone{
                .result = {.item = item, .content = ResultRecord{"a", std::move(more)}, .seconds = seconds}};
        };
        run.apply(made(0, 0.5, {{"new_tokens", 20}}));
        QCOMPARE(run.workers()[0].tokens_per_text, 20.0);
        run.apply(made(1, 0.5, {{"new_tokens", 10}}));
        QCOMPARE(run.workers()[0].tokens_per_text, 18.0);  // the newest counts for a fifth
        run.apply(made(2, 0.5, {{"label", "joy"}}));
        QCOMPARE(run.workers()[0].tokens_per_text, 18.0);
        QCOMPARE(lines(copy_of(run)), lines(run));
    }

    void whoIsToldKnowsTheSame() {
        RunState run = run_of(250'000);
        run.apply(client::States{1, 0, "100001d2f149997p"});
        run.apply(ItemFailed{100'001, "nan", "not finite"});
        run.apply(ItemFailed{100'002, "cancelled", "left out"});
        run.apply(working(1));
        run.apply(ItemsLeased{1, {200'000, 200'001}});
        run.apply(ItemProgress{1, 200'000, 3, 20});
        run.apply(WorkerMeasured{1, {3 << 20, 0, 2.5}});
        run.apply(client::ItemOrder{1, {249'999, 249'998}});
        const RunState copy = copy_of(run);
        QVERIFY(lines(copy) == lines(run));
        QCOMPARE(copy.count(ItemState::Done), int64_t{100'001});
        QCOMPARE(copy.count(ItemState::Cancelled), int64_t{1});
        QCOMPARE(copy.count(ItemState::Working), int64_t{2});
        QCOMPARE(copy.workers()[1].step, 3);
        QVERIFY(copy.workers()[1].stats == run.workers()[1].stats);
        for (const std::string& line : lines(run)) QVERIFY(line.size() < (1u << 20));
    }

    void whatAWorkerHeldIsPendingAgainWhenItStops() {
        RunState run = run_of(4);
        run.apply(working(0));
        run.apply(ItemsLeased{0, {0, 1}});
        run.apply(ItemDone{{.item = 0, .content = ResultFile{"0.png", ""}, .seconds = 2.0, .worker = 0}, 42});
        client::Worker died = working(0);
        died.state = "restarting";
        run.apply(died);
        QCOMPARE(run.item(0), ItemState::Done);
        QCOMPARE(run.item(1), ItemState::Pending);
        QVERIFY(run.workers()[0].holds.empty());
    }

    void aFailureIsForgottenWhenItsItemIsTriedAgain() {
        RunState run = run_of(2);
        run.apply(ItemFailed{1, "memory", "too little"});
        QCOMPARE(run.counts().failed, int64_t{1});
        QCOMPARE(run.failure(1)->message.text(), std::string("too little"));
        run.apply(client::States{1, 1, "1p"});
        QCOMPARE(run.counts().failed, int64_t{0});
        QVERIFY(!run.failure(1));
    }

    void theTimeLeftIsWhatTheOwnerHasTold() {
        RunState run = run_of(100);
        QVERIFY(!run.seconds_left());
        client::Run head = run.head();
        head.seconds_left = 90;
        run.apply(head);
        QCOMPARE(run.seconds_left(), std::optional(90.0));
        QCOMPARE(copy_of(run).seconds_left(), run.seconds_left());
        head.phase = "finished";
        run.apply(head);
        QVERIFY(!run.seconds_left());
    }

    void whatCannotBeIsRefused() {
        const RunState run = run_of(3);
        QVERIFY(!error_of(run, client::Run{1, "", "", "running", 2, 0, ""}).empty());  // items do not disappear
        QVERIFY(!error_of(run, client::Run{1, "", "", "running", int64_t{1} << 40, 0, ""}).empty());
        QVERIFY(!error_of(run, client::Run{1, "", "", "dancing", 3, 0, ""}).empty());
        client::Run endless = run.head();
        endless.seconds_left = 1e300;
        QVERIFY(!error_of(run, endless).empty());
        for (const char* states : {"4d", "2d2p", "d", "3", "0d", "-1d", "3x", "99999999999999999999d"})
            QVERIFY2(!error_of(run, client::States{1, 0, states}).empty(), states);
        QVERIFY(!error_of(run, client::States{1, -1, "1d"}).empty());
        QVERIFY(!error_of(run, client::ItemOrder{1, {3}}).empty());
        QVERIFY(!error_of(run, client::Worker{.run = 1, .worker = 1 << 20, .state = "ready"}).empty());
        QVERIFY(!error_of(run, client::Worker{.run = 1, .worker = 0, .state = "asleep"}).empty());
        QVERIFY(!error_of(run, ItemProgress{0, 0, 1, 2}).empty());  // there is no such worker yet
        QVERIFY(!error_of(run, ItemFailed{3, "nan", ""}).empty());
    }
};

FANLIGHT_TEST(TestRunState)
#include "tst_run_state.moc"
