#include <QTest>
#include <csignal>

#include "core/output/manifest.h"
#include "tests/support/run_owner_fixture.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

/// What a client can do with a run in progress, and what it sees of it.
class TestSteeredRun : public QObject, RunOwnerFixture {
    Q_OBJECT

    const RunState& run() const { return *client_->run(1); }

    size_t events_of_kind(const QSignalSpy& happened, auto is_one) {
        size_t count = 0;
        for (const auto& event : happened) count += is_one(event.first().value<client::FromOwner>());
        return count;
    }

    static bool is_preview(const client::FromOwner& event) {
        return std::holds_alternative<client::OfRun<ItemPreview>>(event);
    }

private Q_SLOTS:
    void init() { begin(); }
    void cleanup() { end(); }

    void anItemInHandIsGivenUpAndItsNeighbourIsMade() {
        start_run("run", 8, 1, "slow");
        QVERIFY(attach_to_run("run"));
        WAIT_FOR(run().item(2) == ItemState::Working);
        client_->cancel(1, {2});
        WAIT_FOR(run().item(2) == ItemState::Cancelled);
        QCOMPARE(run().failure(2)->kind, std::string("cancelled"));
        WAIT_FOR(run().item(3) == ItemState::Done);
        QVERIFY(!fs::exists(path("run") / "2.png"));
        client_->retry(1, {2});
        WAIT_FOR(phase(1) == RunPhase::Finished);
        QCOMPARE(count(ItemState::Done), int64_t{8});
    }

    void aWholeMicroBatchIsGivenUp() {
        start_run("run", 6, 1, "slow");
        QVERIFY(attach_to_run("run"));
        WAIT_FOR(run().item(2) == ItemState::Working && run().item(3) == ItemState::Working);
        client_->cancel(1, {2, 3});
        WAIT_FOR(phase(1) == RunPhase::Finished);
        QCOMPARE(count(ItemState::Cancelled), int64_t{2});
        QCOMPARE(count(ItemState::Done), int64_t{4});
        QCOMPARE(files_in(path("run")).size(), size_t{4});
    }

    void anItemOfAPipelineIsGivenUp() {
        QVERIFY(serve());
        auto items = fake_items(6);
        for (Item& item : items) item.task.edit<ImageTask>().prompt = "slow";
        client_->start(new_run("run", fake_pipelines(std::move(items), 1, 2)));
        WAIT_FOR(phase(1) == RunPhase::Running && run().item(1) == ItemState::Working);
        client_->cancel(1, {1});
        WAIT_FOR(phase(1) == RunPhase::Finished);
        QCOMPARE(run().item(1), ItemState::Cancelled);
        QCOMPARE(count(ItemState::Done), int64_t{5});
    }

    void anItemThatKillsItsWorkerAfterItWasCancelledIsNotTriedAgain() {
        start_run("run", 3, 1, "hang");
        QVERIFY(attach_to_run("run"));
        WAIT_FOR(run().item(0) == ItemState::Working);
        const pid_t hanging = *workers().begin();
        client_->cancel(1, {0, 1, 2});
        WAIT_FOR(run().item(2) == ItemState::Cancelled);  // it was pending
        ::kill(hanging, SIGKILL);
        WAIT_FOR(phase(1) == RunPhase::Finished);
        QCOMPARE(count(ItemState::Cancelled), int64_t{3});
    }

    void howLongItStillTakesIsToldToWhoeverAttaches() {
        start_run("run", 20, 1, "slow");
        QVERIFY(attach_to_run("run"));
        WAIT_FOR(run().seconds_left());
        QVERIFY2(*run().seconds_left() < 10, qPrintable(QString::number(*run().seconds_left())));
        WAIT_FOR(phase(1) == RunPhase::Finished);
        QVERIFY(!run().seconds_left());
    }

    void whatIsMadeCannotBeCancelled() {
        start_run("run", 8, 1, "slow");
        QVERIFY(attach_to_run("run"));
        WAIT_FOR(run().item(0) == ItemState::Done);
        QSignalSpy refused(client_.get(), &RunClient::refused);
        client_->cancel(1, {0});
        QVERIFY(refused.wait(timeout_ms));
        QVERIFY(QString::fromStdString(refused.first().first().value<Sentence>().text()).contains("not made yet"));
    }

    void previewsAreMadeForThoseWhoWantThem() {
        start_run("run", 10, 1, "slow");
        QVERIFY(attach_to_run("run", true));
        RunClient other;
        other.connect_to(socket_of_run(path("run")));
        QSignalSpy seen(client_.get(), &RunClient::happened), seen_by_other(&other, &RunClient::happened);
        WAIT_FOR(phase(1) == RunPhase::Finished);
        WAIT_FOR(other.runs().empty() || other.runs().front().ended());
        QVERIFY(events_of_kind(seen, is_preview) > 0);
        QVERIFY(!seen_by_other.isEmpty());
        QCOMPARE(events_of_kind(seen_by_other, is_preview), size_t{0});
    }

    void previewsEndWithTheLastWhoWantedThem() {
        start_run("run", 30, 1, "slow");
        QVERIFY(attach_to_run("run", true));
        QSignalSpy seen(client_.get(), &RunClient::happened);
        WAIT_FOR(events_of_kind(seen, is_preview) > 0);
        QVERIFY(attach_to_run("run", false));
        client_->cancel(1);
        WAIT_FOR(phase(1) == RunPhase::Cancelled);
    }

    void aWorkersMemoryIsTold() {
        start_run("run", 12, 1, "slow");
        QVERIFY(attach_to_run("run"));
        WAIT_FOR(!run().workers().empty());
        WAIT_FOR(run().workers()[0].stats == (WorkerStats{1'000'000, 2'000'000, 1.5}));
    }

    void addedImagesAreMadeAndInTheManifest() {
        start_run("run", 4, 1, "slow");
        QVERIFY(attach_to_run("run"));
        client_->add(1, "{\"prompt\":\"a cat\"}\n{\"prompt\":\"a bird\",\"seed\":7,\"images\":2}\n");
        WAIT_FOR(run().size() == 7);
        WAIT_FOR(phase(1) == RunPhase::Finished);
        QCOMPARE(count(ItemState::Done), int64_t{7});
        const RunPlan plan = read_plan(path("run"));
        QCOMPARE(plan.items.size(), size_t{7});
        QCOMPARE(image_of(plan.items[4]).seed, uint64_t{42 + 4});
        QCOMPARE(image_of(plan.items[6]).seed, uint64_t{8});
        QCOMPARE(plan.items[4].place, std::string("00004-46-a-cat.png"));
        QVERIFY(owner_ended());
        QCOMPARE(read_manifest_jsonl(path("run") / "manifest.jsonl").size(), size_t{7});
    }

    void addedImagesOutliveTheirOwner() {
        start_run("run", 6, 1, "slow");
        QVERIFY(attach_to_run("run"));
        client_->add(1, "{\"prompt\":\"a cat\"}\n");
        WAIT_FOR(run().size() == 7);
        ::kill(static_cast<pid_t>(owner_->processId()), SIGKILL);
        QVERIFY(owner_ended());
        QVERIFY(serve());
        client_->start(path("run"));
        WAIT_FOR(phase(1) == RunPhase::Finished);
        QCOMPARE(count(ItemState::Done), int64_t{7});
    }

    void whatCannotBeAddedIsRefusedAndNothingIsAdded_data() {
        QTest::addColumn<QByteArray>("prompts");
        QTest::newRow("no list") << QByteArray("a cat");
        QTest::newRow("no prompt") << QByteArray("{\"seed\":7}");
        QTest::newRow("nothing") << QByteArray("");
        QTest::newRow("a size that is none") << QByteArray("{\"prompt\":\"a cat\",\"width\":7}");
        QTest::newRow("one of two") << QByteArray("{\"prompt\":\"a cat\"}\n{\"prompt\":\"a cat\",\"steps\":-1}");
    }
    void whatCannotBeAddedIsRefusedAndNothingIsAdded() {
        QFETCH(QByteArray, prompts);
        start_run("run", 40, 1, "slow");
        QVERIFY(attach_to_run("run"));
        QSignalSpy refused(client_.get(), &RunClient::refused);
        client_->add(1, prompts.toStdString());
        QVERIFY(refused.wait(timeout_ms));
        QCOMPARE(run().size(), int64_t{40});
        QCOMPARE(read_plan(path("run")).items.size(), size_t{40});
    }

    void aRunOfFixedSharesTakesNoMore() {
        QVERIFY(serve());
        auto items = fake_items(20);
        for (Item& item : items) item.task.edit<ImageTask>().prompt = "slow";
        RunPlan plan = fake_plan(std::move(items), 2);
        plan.split = Split::Even;
        client_->start(new_run("run", std::move(plan)));
        WAIT_FOR(phase(1) == RunPhase::Running && count(ItemState::Working) > 0);
        QSignalSpy refused(client_.get(), &RunClient::refused);
        client_->add(1, "{\"prompt\":\"a cat\"}");
        QVERIFY(refused.wait(timeout_ms));
        QVERIFY(QString::fromStdString(refused.first().first().value<Sentence>().text()).contains("--split even"));
    }

    void aDeviceIsSwitchedOffAndOnAgain() {
        start_run("run", 60, 2, "slow");
        QVERIFY(attach_to_run("run"));
        client_->enable_worker(1, 0, false);
        WAIT_FOR(!run().workers().empty() && !run().workers()[0].enabled && run().workers()[0].holds.empty());
        const int64_t images = run().workers()[0].images, others = run().workers()[1].images;
        WAIT_FOR(run().workers()[1].images > others);
        QCOMPARE(run().workers()[0].images, images);
        client_->enable_worker(1, 0, true);
        WAIT_FOR(run().workers()[0].images > images);
        client_->cancel(1);
        WAIT_FOR(phase(1) == RunPhase::Cancelled);
    }
};

FANLIGHT_TEST(TestSteeredRun, QCoreApplication)
#include "tst_steered_run.moc"
