// Ranks as threads of this process that meet in a folder: a rank that stops responding is abandoned, a slow one is not.

#include <QTemporaryDir>
#include <QTest>
#include <atomic>
#include <mutex>
#include <thread>

#include "core/base/stopwatch.h"
#include "core/parallel/c10d_errors.h"
#include "core/parallel/roll_call.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

constexpr double silence_seconds = 1.5;

/// One rank of a run.
struct Process {
    Process(const QTemporaryDir& folder, int rank, double arrival_seconds = 60)
        : meeting({.rank = rank, .size = 3, .store = "file://" + folder.path().toStdString()}),
          roll_call(std::make_unique<RollCall>(
              meeting, RollCall::Options{.silence_seconds = silence_seconds, .arrival_seconds = arrival_seconds})) {}

    Rendezvous meeting;
    std::unique_ptr<RollCall> roll_call;
};

QString why_not(Process& process, const std::string& key, int rank) {
    try {
        process.roll_call->wait_for(key, rank);
        return "it came";
    } catch (const PartnerLost& error) {
        return QString::fromStdString(error.what());
    }
}

}  // namespace

class TstRollCall : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whoIsSlowIsWaitedFor() {
        QTemporaryDir folder;
        Process patient(folder, 0), slow(folder, 1);
        std::thread work([&] {
            std::this_thread::sleep_for(std::chrono::duration<double>(3 * silence_seconds));
            slow.meeting.set("word", "fanlight");
        });
        const std::string word = patient.roll_call->wait_for("word", 1);
        work.join();
        QCOMPARE(word, std::string("fanlight"));
    }

    /// Ranks that have not come are named with the place, and later the one that works.
    void whoIsWaitedForIsSaid() {
        QTemporaryDir folder;
        std::mutex mutex;
        std::string said;
        const auto last = [&] {
            const std::lock_guard lock(mutex);
            return said;
        };
        Rendezvous meeting({.rank = 0,
                            .size = 3,
                            .store = "file://" + folder.path().toStdString(),
                            .notice = {.seconds = 0.1, .tell = [&](const std::string& sentence) {
                                           const std::lock_guard lock(mutex);
                                           said = sentence;
                                       }}});
        RollCall roll_call(meeting, {.silence_seconds = silence_seconds, .arrival_seconds = 60});
        roll_call.observe({0, 1, 2});
        std::thread work([&] { roll_call.wait_for("word", 1); });
        const std::string place = folder.path().toStdString() + " (";
        const bool nobody =
            QTest::qWaitFor([&] { return last().starts_with("Waiting for ranks 1-2 to arrive in " + place); }, 10'000);
        Process first(folder, 1);
        const bool one =
            QTest::qWaitFor([&] { return last().starts_with("Waiting for rank 2 to arrive in " + place); }, 20'000);
        Process second(folder, 2);
        const bool none = QTest::qWaitFor([&] { return last().starts_with("Waiting for rank 1 on "); }, 20'000);
        first.meeting.set("word", "fanlight");
        work.join();
        QVERIFY2(nobody && one && none, last().c_str());
        QVERIFY2(last().find(", which is still working (") != std::string::npos, last().c_str());
    }

    void theServerThatIsWaitedForIsSaid() {
        std::mutex mutex;
        std::string said;
        try {
            const Rendezvous meeting({.rank = 1,
                                      .size = 2,
                                      .store = "tcp-serve://127.0.0.1:1",
                                      .timeout_seconds = 2,
                                      .notice = {.seconds = 0.1, .tell = [&](const std::string& sentence) {
                                                     const std::lock_guard lock(mutex);
                                                     said = sentence;
                                                 }}});
            QFAIL("somebody listens at port 1");
        } catch (const PartnerLost&) {
            QVERIFY2(said.starts_with("Waiting for rank 0 to answer at 127.0.0.1:1 ("), said.c_str());
        }
    }

    void whoAnswersNoMoreIsGivenUp() {
        QTemporaryDir folder;
        Process patient(folder, 0), silent(folder, 1);
        patient.roll_call->observe({1});
        QTRY_VERIFY(patient.roll_call->name_of(1).starts_with("rank 1 on "));
        silent.roll_call.reset();
        const QString why = why_not(patient, "word", 1);
        QVERIFY2(why.startsWith("Rank 1 on ") && why.endsWith("has not been heard from for 1.5 s"), qPrintable(why));
    }

    void whoHasSaidItsWordBeforeItFellSilentCounts() {
        QTemporaryDir folder;
        Process patient(folder, 0);
        {
            Process silent(folder, 1);
            silent.meeting.set("word", "fanlight");
            silent.roll_call->leave("It is over");
        }
        QCOMPARE(patient.roll_call->wait_for("word", 1), std::string("fanlight"));
    }

    void whoLeavesTellsWhy() {
        QTemporaryDir folder;
        Process patient(folder, 0), leaving(folder, 1);
        leaving.roll_call->leave("The model is missing");
        const QString why = why_not(patient, "word", 1);
        QVERIFY2(why.startsWith("Rank 1 on ") && why.endsWith(" has ended: The model is missing"), qPrintable(why));
    }

    void whoNeverComesIsGivenUp() {
        QTemporaryDir folder;
        Process patient(folder, 0, 1);
        QCOMPARE(why_not(patient, "word", 2), QString("Rank 2 has not arrived in 1 s"));
    }

    void whoComesLateIsWaitedFor() {
        QTemporaryDir folder;
        Process patient(folder, 0);
        patient.roll_call->observe({1});
        std::this_thread::sleep_for(std::chrono::duration<double>(2 * silence_seconds));
        QVERIFY(!patient.roll_call->loss_of(1));
        Process late(folder, 1);
        late.meeting.set("word", "fanlight");
        QCOMPARE(patient.roll_call->wait_for("word", 1), std::string("fanlight"));
    }

    void anAlarmSoundsOnceOneOfItsRanksIsSilent() {
        QTemporaryDir folder;
        Process listening(folder, 0), there(folder, 1);
        auto silent = std::make_unique<Process>(folder, 2);
        std::atomic<bool> sounded{false};
        const RollCall::Alarm alarm(*listening.roll_call, {1, 2}, [&] { sounded = true; });
        QTRY_VERIFY(listening.roll_call->name_of(2) != "rank 2");
        QVERIFY(!sounded);
        silent.reset();
        QTRY_VERIFY(sounded);
        const auto loss = listening.roll_call->loss_among({1, 2});
        QVERIFY2(loss && loss->starts_with("Rank 2 on "), loss.value_or("").c_str());
        QVERIFY(!listening.roll_call->loss_of(1));
    }

    void nonsenseInTheStoreIsNoReasonToGiveUp() {
        QTemporaryDir folder;
        Process listening(folder, 0);
        listening.roll_call->observe({1});
        listening.meeting.set("alive/1", "[[[[[");
        std::this_thread::sleep_for(std::chrono::duration<double>(silence_seconds / 2));
        QCOMPARE(listening.roll_call->name_of(1), std::string("rank 1"));
        QVERIFY(!listening.roll_call->loss_of(1));
    }

    /// A stopped server accepts requests and answers none.
    void aStoreThatDoesNotAnswerIsGivenUp() {
        const Stopwatch watch;
        try {
            within(0.5, "It is stopped", [] { std::this_thread::sleep_for(std::chrono::seconds(20)); });
            QFAIL("it was waited for");
        } catch (const PartnerLost& error) {
            QCOMPARE(error.what(), "It is stopped");
        }
        QVERIFY(watch.seconds() < 15);
    }
};

FANLIGHT_TEST(TstRollCall, QCoreApplication)
#include "tst_roll_call.moc"
