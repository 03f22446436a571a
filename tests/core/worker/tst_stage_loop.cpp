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

/// A stage of a model without layers, of two evaluations. Writes down when a micro-batch is begun, evaluated and
/// decoded.
class TwoEvaluations : public Pipeline {
public:
    TwoEvaluations(const Part& part, QStringList& calls) : part_(part), calls_(calls) {}

    std::unique_ptr<Generation> open(const std::vector<Task>&) override {
        return std::make_unique<Two>(part_, layers_, calls_, opened_++);
    }

private:
    class Two : public Generation {
    public:
        Two(const Part& part, const LayerSequence& layers, QStringList& calls, int number)
            : Generation(part, layers), calls_(calls), number_(number) {}

        NamedTensors begin() override {
            calls_ << QString("begin %1").arg(number_);
            return {{"x", at::zeros({1})}};
        }
        Progress progress() const override { return {evaluated_, 2}; }

    protected:
        State enter(size_t, NamedTensors input) override { return {.hidden = input.take("x")}; }
        std::shared_ptr<const Conditioning> conditioning(size_t) override { return none_; }
        std::optional<NamedTensors> take(size_t, State state) override {
            calls_ << QString("evaluate %1").arg(number_);
            if (++evaluated_ == 2) return std::nullopt;
            return NamedTensors{{"x", state.hidden}};
        }
        Outputs outputs() override {
            calls_ << QString("decode %1").arg(number_);
            return Records{{{"text", {}}}};
        }

    private:
        QStringList& calls_;
        const int number_;
        size_t evaluated_ = 0;
        const std::shared_ptr<const Conditioning> none_ = std::make_shared<const Conditioning>();
    };

    const Part part_;
    const LayerSequence layers_{{}, Weights::of({}, Weights::Placement{})};
    QStringList& calls_;
    int opened_ = 0;
};

/// Runs two stages, this thread the last.
void run_stages(Pipeline& first, StageDuties& of_first, Pipeline& last, StageDuties& of_last,
                const StageLoop::Options& options) {
    QTemporaryDir folder;
    const auto run = [&](int stage, Pipeline& pipeline, StageDuties& duties) {
        const c10::InferenceMode inference;
        const Rendezvous rendezvous(
            {.rank = stage, .size = 2, .store = "file://" + folder.path().toStdString(), .timeout_seconds = 60});
        StageRing ring(rendezvous, "pipeline", stage, 2, at::kCPU);
        StageLoop(pipeline, ring, duties, options).run();
    };
    std::thread beside([&] { run(0, first, of_first); });
    run(1, last, of_last);
    beside.join();
}

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
        calls << QString("failed %1: %2").arg(micro_batch).arg(QString::fromStdString(failure.message.text()));
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
        RecordingDuties first(2), last(2);
        RefusingPipeline pipeline;
        run_stages(pipeline, first, pipeline, last, {});
        QCOMPARE(last.calls, (QStringList{"items 0", "failed 0: it cannot be made", "closed 0", "items 1",
                                          "failed 1: it cannot be made", "closed 1"}));
        QCOMPARE(first.calls, (QStringList{"items 0", "closed 0", "items 1", "closed 1"}));
    }

    /// The other stages work on the next micro-batch while the last one decodes.
    void theNextBeginsBeforeTheLastIsDecoded() {
        RecordingDuties first(3), last(3);
        QStringList of_first, of_last;
        TwoEvaluations head({.first = true, .last = false}, of_first), tail({.first = false, .last = true}, of_last);
        run_stages(head, first, tail, last, {});
        QCOMPARE(of_last, (QStringList{"begin 0", "evaluate 0", "evaluate 0", "begin 1", "decode 0", "evaluate 1",
                                       "evaluate 1", "begin 2", "decode 1", "evaluate 2", "evaluate 2", "decode 2"}));
        QCOMPARE(last.calls, (QStringList{"items 0", "items 1", "made 0", "closed 0", "items 2", "made 1", "closed 1",
                                          "made 2", "closed 2"}));
        QCOMPARE(first.calls, (QStringList{"items 0", "items 0", "closed 0", "items 1", "items 1", "closed 1",
                                           "items 2", "items 2", "closed 2"}));
    }
};

FANLIGHT_TEST(TstStageLoop)
#include "tst_stage_loop.moc"
