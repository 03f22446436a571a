#include <QTest>

#include "core/base/error.h"
#include "core/batch/text_task.h"
#include "core/weights/weights.h"
#include "core/worker/slot_loop.h"
#include "core/worker/worker_device.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

/// Each text takes as many evaluations as it may have tokens.
class FakeTexts : public Generation, public Slots {
public:
    FakeTexts(const LayerSequence& layers, size_t slots, const std::string& failure)
        : Generation({}, layers), slots_(slots), failure_(failure) {}

    NamedTensors begin() override { return {}; }
    Progress progress() const override { return {}; }
    Slots* slots() override { return this; }

    bool has_room() const override { return left_.size() < slots_; }
    size_t add(const Task& task) override {
        if (task.prompt() == "refused") throw Error("it cannot be made");
        left_[added_] = task.as<TextTask>().max_new_tokens;
        return added_++;
    }
    void drop(size_t row) override { left_.erase(row); }
    std::map<size_t, Records> take_ended() override {
        std::map<size_t, Records> ended;
        for (const auto& [row, left] : left_)
            if (left == 0) ended.emplace(row, Records{});
        for (const auto& [row, records] : ended) left_.erase(row);
        return ended;
    }
    Growth grown(size_t) override { return {}; }

protected:
    State enter(size_t, NamedTensors) override { return {}; }
    std::shared_ptr<const Conditioning> conditioning(size_t) override { return nullptr; }
    std::optional<NamedTensors> take(size_t evaluation, State) override {
        if (evaluation == 1 && !failure_.empty()) throw std::runtime_error(failure_);
        bool any = false;
        for (auto& [row, left] : left_) any |= --left > 0;
        return any ? std::optional(NamedTensors()) : std::nullopt;
    }
    Outputs outputs() override { return Records{}; }

private:
    const size_t slots_;
    const std::string failure_;
    std::map<size_t, int> left_;
    size_t added_ = 0;
};

class FakePipeline : public Pipeline {
public:
    std::unique_ptr<Generation> open(const std::vector<Task>& batch) override {
        auto texts = std::make_unique<FakeTexts>(layers_, batch.size(), std::exchange(failure, {}));
        texts->add(batch.front());
        return texts;
    }

    std::string failure;  ///< of the second evaluation, once

private:
    const LayerSequence layers_{{}, Weights::of({}, {})};
};

/// Gives out what there is room for, and writes down what the loop asks and tells.
class RecordingDuties : public SlotDuties {
public:
    std::vector<Item> next(size_t room) override {
        if (fails_at && waiting.size() <= *fails_at) throw Error("the others have gone");
        std::vector<Item> items;
        for (; !waiting.empty() && items.size() < room; waiting.erase(waiting.begin())) {
            calls << QString("begin %1").arg(waiting.front().index);
            items.push_back(waiting.front());
        }
        return items;
    }
    bool dropped(const Item& item) override { return item.index == unwanted; }
    void made(const Item& item, const Records&, double) override { calls << QString("made %1").arg(item.index); }
    void failed(const Item& item, const Failure& failure) override {
        calls << QString("failed %1: %2").arg(item.index).arg(QString::fromStdString(failure.message));
    }
    void closed(const Item&) override { ++closed_count; }

    std::vector<Item> waiting;
    QStringList calls;
    int closed_count = 0;
    int64_t unwanted = -1;
    std::optional<size_t> fails_at;  ///< when no more than so many wait
};

std::vector<Item> texts(const QList<int>& lengths, int refused = -1) {
    std::vector<Item> items;
    for (const int length : lengths) {
        const auto index = static_cast<int64_t>(items.size());
        items.push_back({.index = index,
                         .place = "",
                         .task = TextTask{.prompt = index == refused ? "refused" : "a dog", .max_new_tokens = length}});
    }
    return items;
}

QStringList calls_for(const std::vector<Item>& items, int slots, RecordingDuties& duties,
                      const std::string& failure = {}) {
    FakePipeline pipeline;
    pipeline.failure = failure;
    duties.waiting = items;
    SlotLoop(pipeline, duties, slots).run();
    return duties.calls;
}

}  // namespace

class TstSlotLoop : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aTextThatEndsMakesRoomForTheNext() {
        RecordingDuties duties;
        QCOMPARE(calls_for(texts({5, 1, 2, 1}), 2, duties),
                 (QStringList{"begin 0", "begin 1", "made 1", "begin 2", "made 2", "begin 3", "made 3", "made 0"}));
        QCOMPARE(duties.closed_count, 4);
    }

    void aTextThatCannotBeMadeLeavesItsPlace() {
        RecordingDuties duties;
        QCOMPARE(calls_for(texts({2, 1, 1}, 1), 2, duties),
                 (QStringList{"begin 0", "begin 1", "failed 1: it cannot be made", "begin 2", "made 0", "made 2"}));
        RecordingDuties first;
        QCOMPARE(calls_for(texts({2, 1}, 0), 1, first),
                 (QStringList{"begin 0", "failed 0: it cannot be made", "begin 1", "made 1"}));
        QCOMPARE(first.closed_count, 2);
    }

    void whatIsDroppedIsNotMade() {
        RecordingDuties duties;
        duties.unwanted = 1;
        QCOMPARE(calls_for(texts({1, 1, 1}), 1, duties),
                 (QStringList{"begin 0", "made 0", "begin 1", "begin 2", "made 2"}));
        QCOMPARE(duties.closed_count, 3);
    }

    void aFailureOfTheModelEndsWhatIsUnderWayAndNoMore() {
        RecordingDuties duties;
        QCOMPARE(calls_for(texts({3, 3, 1}), 2, duties, "broken"),
                 (QStringList{"begin 0", "begin 1", "failed 0: broken", "failed 1: broken", "begin 2", "made 2"}));
    }

    /// The items are not to blame: others make them.
    void whatTheDutiesThrowFailsNoItem() {
        RecordingDuties duties;
        duties.fails_at = 2;
        QVERIFY_EXCEPTION_THROWN(calls_for(texts({1, 3, 3, 3}), 2, duties), Error);
        QVERIFY(duties.calls.filter("failed").isEmpty());
    }
};

FANLIGHT_TEST(TstSlotLoop)
#include "tst_slot_loop.moc"
