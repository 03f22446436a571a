// The loops of two stages, each in a thread, over real Gloo groups.

#include <ATen/ATen.h>

#include <QTemporaryDir>
#include <QTest>
#include <thread>

#include "core/batch/image_task.h"
#include "core/worker/stage_loop.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

/// A stage of a model that refuses every micro-batch.
class RefusingPipeline : public Pipeline {
public:
    std::unique_ptr<Generation> open(const std::vector<Task>&) override { throw Error("it cannot be made"); }
};

/// Makes so many micro-batches, and writes down what the loop asks.
class RecordingDuties : public StageDuties {
public:
    explicit RecordingDuties(int64_t micro_batches) : left_(micro_batches), expected_(micro_batches) {}

    bool expects() override { return expected_ > 0; }
    const std::vector<Item>& items_of(int64_t micro_batch) override {
        calls << QString("items %1").arg(micro_batch);
        return items_;
    }
    std::optional<int64_t> next(bool) override {
        return left_ > 0 ? std::optional(begun_ += (--left_, 1)) : std::nullopt;
    }
    bool stepped(int64_t, Generation&) override { return true; }
    void made(int64_t micro_batch, const Outputs&, const ResultWriter::Seconds&) override {
        calls << QString("made %1").arg(micro_batch);
    }
    void failed(int64_t micro_batch, const Failure& failure) override {
        calls << QString("failed %1: %2").arg(micro_batch).arg(QString::fromStdString(failure.message));
    }
    void closed(int64_t micro_batch) override {
        calls << QString("closed %1").arg(micro_batch);
        --expected_;
    }

    QStringList calls;

private:
    std::vector<Item> items_{Item{.task = Task(ImageTask{.prompt = "a dog"})}};
    int64_t left_, expected_, begun_ = -1;
};

}  // namespace

class TstStageLoop : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Its order may not have been read when the end arrives, and nobody may speak of it before.
    void aStageLearnsOfAMicroBatchThatFailedBeforeItCame() {
        QTemporaryDir folder;
        RecordingDuties first(2), last(2);
        RefusingPipeline pipeline;
        const auto run = [&](int stage, StageDuties& duties) {
            const Rendezvous rendezvous(
                {.rank = stage, .size = 2, .store = "file://" + folder.path().toStdString(), .timeout_seconds = 60});
            StageRing ring(rendezvous, "pipeline", stage, 2, at::kCPU);
            StageLoop(pipeline, ring, duties, {}).run();
        };
        std::thread beside([&] { run(0, first); });
        run(1, last);
        beside.join();
        QCOMPARE(last.calls, (QStringList{"items 0", "failed 0: it cannot be made", "closed 0", "items 1",
                                          "failed 1: it cannot be made", "closed 1"}));
        QCOMPARE(first.calls, (QStringList{"items 0", "closed 0", "items 1", "closed 1"}));
    }
};

FANLIGHT_TEST(TstStageLoop)
#include "tst_stage_loop.moc"
