#include "core/owner/run_owner.h"

#include <QSignalSpy>
#include <QTest>
#include <algorithm>
#include <csignal>

#include "core/base/error.h"
#include "core/owner/run_queue.h"
#include "tests/support/places.h"
#include "tests/support/run_owner_fixture.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

/// Run owners in separate processes, and a client that observes them.
class TestRunOwner : public QObject, RunOwnerFixture {
    Q_OBJECT

private Q_SLOTS:
    void init() { begin(); }
    void cleanup() { end(); }

    void aRunIsSeenFromItsFolderUntilItEnds() {
        start_run("run", 12, 2, "slow");
        QVERIFY(attach_to_run("run"));
        QVERIFY(!client_->owner().stays);
        const RunState& run = *client_->current();
        QCOMPARE(run.folder(), path("run").string());
        QCOMPARE(run.size(), int64_t{12});
        QCOMPARE(run.workers().size(), size_t{2});
        WAIT_FOR(phase(1) == RunPhase::Finished);
        QCOMPARE(count(ItemState::Done), int64_t{12});
        QVERIFY(owner_ended());
        QCOMPARE(owner_->exitCode(), 0);
        QVERIFY(!fs::exists(path("run") / ".fanlight" / "socket"));
        QVERIFY(all_sockets().empty());
        QVERIFY_EXCEPTION_THROWN(socket_of_run(path("run")), UsageError);
    }

    void aFolderWithoutARunIsSaid() { QVERIFY_EXCEPTION_THROWN(socket_of_run(path("none")), UsageError); }

    void aPausedRunFinishesWhatItHasInHandAndGoesOnLater() {
        start_run("run", 10, 1, "slow");
        QVERIFY(attach_to_run("run"));
        WAIT_FOR(count(ItemState::Done) > 0);
        client_->pause();
        WAIT_FOR(phase(1) == RunPhase::Paused && count(ItemState::Working) == 0);
        const int64_t done = count(ItemState::Done);
        QTest::qWait(300);
        QCOMPARE(count(ItemState::Done), done);
        QVERIFY(done < 10);
        client_->resume();
        WAIT_FOR(phase(1) == RunPhase::Finished);
        QCOMPARE(count(ItemState::Done), int64_t{10});
    }

    void aCancelledRunKeepsWhatIsMade() {
        start_run("run", 40, 1, "slow");
        QVERIFY(attach_to_run("run"));
        WAIT_FOR(count(ItemState::Done) > 0);
        client_->cancel();
        WAIT_FOR(phase(1) == RunPhase::Cancelled);
        QVERIFY(owner_ended());
        QVERIFY(files_in(path("run")).size() >= static_cast<size_t>(count(ItemState::Done)));
        QVERIFY(resume_run(path("run")).warnings.empty());
    }

    void waitingItemsAreLeftOutMovedAndTriedAgain() {
        start_run("run", 10, 1, "slow");
        QVERIFY(attach_to_run("run"));
        client_->pause();
        WAIT_FOR(phase(1) == RunPhase::Paused && count(ItemState::Working) == 0);
        client_->cancel(1, {6, 7, 8});
        WAIT_FOR(count(ItemState::Cancelled) == 3);
        QCOMPARE(client_->run(1)->failure(7)->kind, std::string("cancelled"));
        client_->retry(1, {7});
        WAIT_FOR(count(ItemState::Cancelled) == 2);
        client_->move_items(1, {9}, 5);
        WAIT_FOR(!client_->run(1)->order().empty());
        QCOMPARE(client_->run(1)->order().back(), int64_t{9});
        std::vector<int64_t> made;
        connect(client_.get(), &RunClient::happened, this, [&](const client::FromOwner& event) {
            if (const auto* image = std::get_if<client::OfRun<ItemDone>>(&event)) made.push_back(image->result.item);
        });
        client_->resume();
        WAIT_FOR(phase(1) == RunPhase::Finished);
        QVERIFY(std::find(made.begin(), made.end(), 9) < std::find(made.begin(), made.end(), 5));
        QCOMPARE(count(ItemState::Done), int64_t{8});
        QCOMPARE(count(ItemState::Cancelled), int64_t{2});
        QVERIFY(owner_ended());
        QCOMPARE(owner_->exitCode(), 3);
    }

    void aWorkerIsSwitchedOffWhileTheRunGoesOn() {
        start_run("run", 24, 2, "slow");
        QVERIFY(attach_to_run("run"));
        client_->enable_worker(1, 0, false);
        WAIT_FOR(!client_->run(1)->workers()[0].enabled);
        WAIT_FOR(client_->run(1)->workers()[0].holds.empty());
        const int64_t images = client_->run(1)->workers()[0].images;
        WAIT_FOR(phase(1) == RunPhase::Finished);
        QCOMPARE(client_->run(1)->workers()[0].images, images);
        QCOMPARE(count(ItemState::Done), int64_t{24});
    }

    void whatCannotBeDoneIsRefusedInASentence() {
        start_run("run", 20, 1, "slow");
        QVERIFY(attach_to_run("run"));
        QSignalSpy refused(client_.get(), &RunClient::refused);
        client_->start(path("other"));
        client_->pause(7);
        client_->enable_worker(1, 5, false);
        client_->retry(1, {0});
        client_->cancel(1, {999});
        client_->move_items(1, {3}, 999);
        client_->move_run(1);
        client_->remove(1);
        WAIT_FOR(refused.size() == 8);
        QVERIFY(client_->is_connected());
        QVERIFY(phase(1) == RunPhase::Running);
    }

    void anOwnerThatIsKilledIsLostAndItsRunCanBeTakenUp() {
        start_run("run", 20, 1, "slow");
        QVERIFY(attach_to_run("run"));
        WAIT_FOR(count(ItemState::Done) > 0);
        QSignalSpy lost(client_.get(), &RunClient::lost);
        ::kill(static_cast<pid_t>(owner_->processId()), SIGKILL);
        QVERIFY(lost.wait(timeout_ms));
        QCOMPARE(phase(1), RunPhase::Interrupted);
        owner_->waitForFinished(timeout_ms);

        const fs::path left_over = socket_of_run(path("run"));
        QVERIFY(fs::exists(left_over));
        client_->connect_to(left_over);  // the folder names a socket on which nobody listens
        QVERIFY(lost.wait(timeout_ms));
        QVERIFY(!fs::exists(left_over));

        QVERIFY(serve());
        client_->start(path("run"));
        WAIT_FOR(phase(1) == RunPhase::Finished);
        QCOMPARE(count(ItemState::Done), int64_t{20});
    }

    void theIdleOwnerMakesRunsOneAfterTheOther() {
        QVERIFY(serve());
        QVERIFY(client_->owner().stays);
        client_->start(new_run("a", 5, "slow"));
        client_->start(new_run("b", 3));
        client_->start(new_run("c", 3));
        WAIT_FOR(client_->runs().size() == 3 && phase(1) == RunPhase::Running);
        client_->move_run(3, 2);
        WAIT_FOR(client_->runs()[1].id() == 3);
        QCOMPARE(phase(2), RunPhase::Queued);
        WAIT_FOR(phase(2) == RunPhase::Finished);
        QCOMPARE(phase(1), RunPhase::Finished);
        QCOMPARE(phase(3), RunPhase::Finished);
        client_->remove(1);
        WAIT_FOR(client_->runs().size() == 2);
        client_->shut_down();
        QVERIFY(owner_ended());
        QCOMPARE(owner_->exitCode(), 0);
        QVERIFY(all_sockets().empty());
    }

    void aQueuedRunCanBeCancelledAndStartedAgain() {
        QVERIFY(serve());
        client_->start(new_run("a", 30, "slow"));
        client_->start(new_run("b", 2));
        WAIT_FOR(client_->runs().size() == 2);
        client_->cancel(2);
        WAIT_FOR(phase(2) == RunPhase::Cancelled);
        client_->retry(2);
        WAIT_FOR(phase(2) == RunPhase::Queued);
        client_->cancel(1);
        WAIT_FOR(phase(1) == RunPhase::Cancelled);
        WAIT_FOR(phase(2) == RunPhase::Finished);
        client_->retry(1);
        WAIT_FOR(phase(1) == RunPhase::Running);
        QVERIFY(client_->run(1)->counts().done < 30);
    }

    void aRunThatCannotBeMadeFailsAndTheNextOneIsMade() {
        QVERIFY(serve());
        RunPlan broken = fake_plan(fake_items(2), 1);
        broken.devices = {"broken"};
        create_run(path("broken"), std::move(broken));
        QSignalSpy refused(client_.get(), &RunClient::refused);
        client_->start(path("nothing"));
        WAIT_FOR(refused.size() == 1);
        client_->start(path("broken"));
        client_->start(new_run("fine", 2));
        WAIT_FOR(phase(2) == RunPhase::Finished);
        QCOMPARE(phase(1), RunPhase::Failed);
        QVERIFY(client_->run(1)->message().text().find("cannot load the model") != std::string::npos);
    }

    void theWindowMayCloseAndAnotherOneSeesEverything() {
        QVERIFY(serve());
        client_->start(new_run("a", 20, "slow"));
        WAIT_FOR(client_->runs().size() == 1 && count(ItemState::Done) > 1);
        QVERIFY(attach(idle_owner_socket()));
        QVERIFY(count(ItemState::Done) > 1);
        WAIT_FOR(phase(1) == RunPhase::Finished);
    }

    void aRunIsMadeThatIsQueuedWhileTheOwnerLeaves() {
        const auto is_finished = [](const std::string& folder) {
            const KnownRuns runs = RunQueue().runs();
            return std::any_of(runs.begin(), runs.end(), [&](const KnownRun& run) {
                return run.folder == folder && run.phase == RunPhase::Finished;
            });
        };
        for (int i = 0; i < 15; ++i) {
            const KnownRun run = known_run(new_run(std::to_string(i), 1));
            QTest::qWait(5 * i);  // its idle time ends at one of these moments
            RunQueue().change([&](KnownRuns& runs) { enqueue(runs, run); });
            if (!is_idle_owner_up()) {
                if (owner_) QVERIFY(owner_ended());
                start_owner({"serve", "0.03"});
            }
            WAIT_FOR(is_finished(run.folder));
        }
    }

    void thereIsOneIdleOwner() {
        QVERIFY(serve());
        QProcess second;
        second.start(build_path("/tests/fanlight-run-owner"), {"serve", "60"});
        QVERIFY(second.waitForFinished(timeout_ms));
        QCOMPARE(second.exitCode(), 1);
        QVERIFY(second.readAllStandardError().contains("use that one"));
    }

    void aSocketOfAKilledOwnerIsNoHindrance() {
        QVERIFY(serve());
        ::kill(static_cast<pid_t>(owner_->processId()), SIGKILL);
        owner_->waitForFinished(timeout_ms);
        QVERIFY(fs::exists(idle_owner_socket()));
        QVERIFY(serve());
    }

    void anIdleOwnerWithoutClientsEnds() {
        QVERIFY(serve("0.2"));
        QTest::qWait(600);
        QVERIFY(client_->is_connected());  // a client is still connected
        client_.reset();
        QVERIFY(owner_ended());
        QCOMPARE(owner_->exitCode(), 0);
    }

    void whatWaitsOutlivesItsOwner() {
        QVERIFY(serve());
        for (const char* name : {"a", "b", "c"}) client_->start(new_run(name, 12, "slow"));
        WAIT_FOR(client_->runs().size() == 3 && count(ItemState::Done) > 1);
        client_->move_run(3, 2);
        WAIT_FOR(client_->runs()[1].id() == 3);
        ::kill(static_cast<pid_t>(owner_->processId()), SIGKILL);
        owner_->waitForFinished(timeout_ms);

        QVERIFY(serve());
        QCOMPARE(client_->runs().size(), size_t{3});
        QCOMPARE(client_->runs()[1].folder(), path("c").string());
        WAIT_FOR(client_->runs()[2].phase() == RunPhase::Finished);
        for (const RunState& run : client_->runs()) {
            QCOMPARE(run.phase(), RunPhase::Finished);
            QCOMPARE(run.counts().done, int64_t{12});
        }
        QCOMPARE(files_in(path("a")).size(), size_t{12});
    }

    void aFinishedRunIsListedByTheNextOwnerWithItsCounts() {
        QVERIFY(serve());
        client_->start(new_run("a", 4));
        WAIT_FOR(phase(1) == RunPhase::Finished);
        client_->shut_down();
        QVERIFY(owner_ended());
        QVERIFY(serve());
        const RunState& run = client_->runs().at(0);
        QCOMPARE(run.phase(), RunPhase::Finished);
        QVERIFY(!run.knows_items());
        QCOMPARE(run.counts().done, int64_t{4});
        QCOMPARE(run.size(), int64_t{4});
    }

    void aRunOfACommandIsKnownToTheOwnerToo() {
        QVERIFY(serve());
        const auto idle = std::move(owner_);
        start_run("by hand", 12, 1, "slow");
        WAIT_FOR(client_->runs().size() == 1);
        QCOMPARE(phase(1), RunPhase::Running);
        QVERIFY(!client_->current());
        ::kill(static_cast<pid_t>(owner_->processId()), SIGKILL);
        owner_->waitForFinished(timeout_ms);
        WAIT_FOR(phase(1) == RunPhase::Interrupted);  // what a command has begun does not go on by itself
        client_->retry(1);
        WAIT_FOR(phase(1) == RunPhase::Finished);
        QCOMPARE(client_->runs().at(0).counts().done, int64_t{12});
        idle->kill();
        idle->waitForFinished(timeout_ms);
    }

    void aStopEndsTheRunAndTheOwner() {
        QVERIFY(serve());
        client_->start(new_run("a", 50, "slow"));
        WAIT_FOR(client_->runs().size() == 1 && count(ItemState::Done) > 0);
        client_->shut_down();
        QVERIFY(owner_ended());
        QVERIFY(resume_run(path("a")).pending.size() > 0);
    }
};

FANLIGHT_TEST(TestRunOwner, QCoreApplication)
#include "tst_run_owner.moc"
