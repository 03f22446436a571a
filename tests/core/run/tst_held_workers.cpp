// Workers, and whole runs, that are held up by something else than their user.

#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <set>

#include "core/run/run_batch.h"
#include "tests/support/fake_runs.h"
#include "tests/support/places.h"
#include "tests/support/recording_events.h"
#include "tests/support/test.h"

using namespace fanlight;

class TestHeldWorkers : public QObject {
    Q_OBJECT

    QTemporaryDir dir_;

    RunOptions options(const char* name) const {
        return {.folder = dir_.filePath(name).toStdString(), .plan = fake_plan(fake_items(6), 2)};
    }

private Q_SLOTS:
    void initTestCase() { qputenv("FANLIGHT_WORKER", build_path("/tests/fanlight-fake-worker")); }

    void aHeldWorkerGetsNothing() {
        std::set<int> workers;
        RecordingEvents seen;
        run_batch(options("one"), [&](const RunFolder&, RunControl& control) -> RunListener {
            control.hold_worker(1, "cuda:1 is hot");
            return [&](const RunEvent& event) {
                if (const auto* done = std::get_if<ItemDone>(&event)) workers.insert(done->result.worker);
                seen(event);
            };
        });
        QCOMPARE(seen.counts.done, int64_t{6});
        QCOMPARE(workers, std::set<int>{0});
    }

    void aHeldRunWaitsUntilItIsReleased() {
        RecordingEvents seen;
        bool released = false, made_too_early = false;
        run_batch(options("all"), [&](const RunFolder&, RunControl& control) -> RunListener {
            control.hold("Quiet hours: nothing new begins until 07:00");
            return [&](const RunEvent& event) {
                made_too_early |= !released && std::holds_alternative<ItemsLeased>(event);
                if (const auto* worker = std::get_if<WorkerLoaded>(&event); worker && worker->worker == 1)
                    QTimer::singleShot(0, [&] {
                        released = true;
                        control.hold("");
                    });
                seen(event);
            };
        });
        QVERIFY(released && !made_too_early);
        QCOMPARE(seen.counts.done, int64_t{6});
        QVERIFY(seen.warned_of("until 07:00") && seen.warned_of("goes on"));
    }
};

FANLIGHT_TEST(TestHeldWorkers, QCoreApplication)
#include "tst_held_workers.moc"
