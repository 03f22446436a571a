// The loop of items that end one by one, with a model of which the tests decide what happens in each evaluation.

#include <ATen/ATen.h>
#include <fcntl.h>

#include <QTemporaryDir>
#include <QTest>
#include <fstream>

#include "core/batch/score_task.h"
#include "core/batch/text_task.h"
#include "core/worker/served_slots.h"
#include "core/worker/slot_loop.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

/// Copies prompts, a letter an evaluation. Prompts of a meaning of their own: "refused" and "broken" cannot be added,
/// "nan…" fails at its end.
class CopyingSlots : public Slots {
public:
    CopyingSlots(size_t slots, const Task& first) : slots_(slots) { add(first); }

    bool has_room() const override { return rows_.size() < slots_; }
    size_t add(const Task& task) override {
        if (task.prompt() == "refused") throw Error("it is too long");
        if (task.prompt() == "broken") throw std::runtime_error("it broke");
        if (!has_room()) throw std::logic_error("there is no room");
        rows_[added_].prompt = task.prompt();
        return added_++;
    }
    void drop(size_t row) override { rows_.erase(row); }
    Growth grown(size_t number) override {
        Row& row = rows_.at(number);
        const size_t before = std::exchange(row.told, row.made);
        return {row.made, row.prompt.size() + 5, row.prompt.substr(before, row.made - before)};
    }
    std::map<size_t, Ended> take_ended() override {
        std::map<size_t, Ended> ended;
        for (const auto& [number, row] : rows_)
            if (row.made == row.prompt.size()) ended[number].records.rows.push_back({row.prompt, {}});
        for (auto& [number, one] : ended) {
            one.growth = grown(number);
            if (rows_.at(number).prompt.starts_with("nan")) one.records.failures[0] = {"nan", "not finite"};
            drop(number);
        }
        return ended;
    }

    /// One evaluation. Whether any is being made afterwards.
    bool step() {
        bool any = false;
        for (auto& [number, row] : rows_) any |= ++row.made < row.prompt.size();
        return any;
    }
    QStringList prompts() const {
        QStringList prompts;
        for (const auto& [number, row] : rows_) prompts << QString::fromStdString(row.prompt);
        return prompts;
    }

private:
    struct Row {
        std::string prompt;
        size_t made = 0, told = 0;
    };
    const size_t slots_;
    std::map<size_t, Row> rows_;
    size_t added_ = 0;
};

/// Called in each evaluation, counted over all generations, before the rows grow; may throw.
using OnEvaluation = std::function<void(int evaluation, const QStringList& prompts)>;

class CopyingGeneration : public Generation {
public:
    CopyingGeneration(const LayerSequence& layers, const std::vector<Task>& batch,
                      const std::function<void(Slots&)>& on)
        : Generation({}, layers), slots_(batch.size(), batch.front()), on_evaluation_(on) {}

    NamedTensors begin() override { return {{"x", at::zeros({1})}}; }
    Progress progress() const override { return {}; }
    Slots* slots() override { return &slots_; }

protected:
    State enter(size_t, NamedTensors input) override { return {.hidden = input.take("x")}; }
    std::shared_ptr<const Conditioning> conditioning(size_t) override { return none_; }
    std::optional<NamedTensors> take(size_t, State) override {
        on_evaluation_(slots_);
        return slots_.step() ? std::optional(begin()) : std::nullopt;
    }
    Outputs outputs() override { return Records{}; }

private:
    CopyingSlots slots_;
    const std::function<void(Slots&)> on_evaluation_;
    const std::shared_ptr<const Conditioning> none_ = std::make_shared<const Conditioning>();
};

class CopyingPipeline : public Pipeline {
public:
    explicit CopyingPipeline(OnEvaluation on) : on_evaluation_(std::move(on)) {}

    std::unique_ptr<Generation> open(const std::vector<Task>& batch) override {
        kinds << batch.front().kind().data();
        return std::make_unique<CopyingGeneration>(layers_, batch, [this](Slots& slots) {
            on_evaluation_(evaluations++, static_cast<CopyingSlots&>(slots).prompts());
        });
    }

    int evaluations = 0;
    QStringList kinds;  ///< of the generations' tasks

private:
    const OnEvaluation on_evaluation_;
    const LayerSequence layers_{{}, Weights::of({}, Weights::Placement{})};
};

Item item(int64_t index, const std::string& prompt) {
    return {.index = index, .task = Task(TextTask{.prompt = prompt})};
}

Item scored(int64_t index, const std::string& prompt) {
    return {.index = index, .task = Task(ScoreTask{.prompt = prompt})};
}

/// Gives out what there is room for, and is left alone by the others when no more than so many wait.
class DesertedDuties : public SlotDuties {
public:
    DesertedDuties(std::vector<Item> waiting, size_t fails_at) : waiting_(std::move(waiting)), fails_at_(fails_at) {}

    std::vector<Item> next(size_t room) override {
        if (waiting_.size() <= fails_at_) throw Error("the others have gone");
        rooms << static_cast<int>(room);
        const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(room, waiting_.size()));
        std::vector<Item> items(waiting_.begin(), end);
        waiting_.erase(waiting_.begin(), end);
        return items;
    }
    void made(const Item&, const Records&, double) override { ++made_count; }
    void failed(const Item&, const Failure&) override { ++failed_count; }

    QList<int> rooms;
    int made_count = 0, failed_count = 0;

private:
    std::vector<Item> waiting_;
    const size_t fails_at_;
};

}  // namespace

class TstSlotLoop : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::unique_ptr<Wire> wire_;
    std::unique_ptr<Deliveries> deliveries_;
    std::deque<protocol::Generate> coming_;  ///< orders that have arrived
    QStringList told_;                       ///< what the owner has been told, without progress
    std::map<int64_t, std::string> pieces_;  ///< of texts, by item, put together
    std::map<int64_t, int> ended_;           ///< how often

    std::string path() const { return folder_.filePath("messages").toStdString(); }

    /// An order as the reader receives it.
    void order(const std::vector<Item>& items) {
        deliveries_->open_orders().open(items);
        coming_.push_back({items, {}});
    }
    void cancel(const std::vector<int64_t>& items) { deliveries_->open_orders().cancel(items); }

    /// Carries out the orders with two slots, until none is left.
    CopyingPipeline run(const OnEvaluation& on = [](int, const QStringList&) {}) {
        CopyingPipeline pipeline(on);
        const auto next = [this]() -> std::optional<protocol::Generate> {
            if (coming_.empty()) return std::nullopt;
            auto order = std::move(coming_.front());
            coming_.pop_front();
            return order;
        };
        const auto first = next();
        ServedSlots duties(*deliveries_, first.value(), next);
        SlotLoop(pipeline, duties, 2).run();
        deliveries_->finish();
        read();
        return pipeline;
    }

    void read() {
        std::ifstream file(path());
        for (std::string line; std::getline(file, line);)
            std::visit([this](const auto& message) { note(message); }, protocol::from_worker(line));
    }
    void note(const protocol::Progress& progress) {
        QVERIFY2(!ended_.contains(progress.item), "progress after the end");
        pieces_[progress.item] += progress.text;
    }
    void note(const protocol::Text& text) { end(text.item, "made", text.text); }
    void note(const protocol::Failed& failed) { end(failed.item, failed.kind, failed.message.text()); }
    void note(const protocol::GivenUp& given_up) {
        for (const int64_t number : given_up.items) end(number, "given up", {});
    }
    void note(const auto&) { QFAIL("a message that does not belong here"); }
    void end(int64_t number, const std::string& how, const std::string& what) {
        ++ended_[number];
        told_ << QString::fromStdString(std::to_string(number) + " " + how + (what.empty() ? "" : ": " + what));
    }

private Q_SLOTS:
    void init() {
        wire_ =
            std::make_unique<Wire>(UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)),
                                   UniqueFd(::open(path().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)));
        deliveries_ = std::make_unique<Deliveries>(*wire_);
        deliveries_->begin({}, at::kCPU);
        coming_.clear();
        told_.clear();
        pieces_.clear();
        ended_.clear();
    }

    void eachThatEndsMakesRoom() {
        order({item(0, "abcd"), item(1, "ab"), item(2, "abc")});
        QList<QStringList> seen;
        run([&](int, const QStringList& prompts) { seen << prompts; });
        QCOMPARE(told_, (QStringList{"1 made: ab", "0 made: abcd", "2 made: abc"}));
        QCOMPARE(seen[0], (QStringList{"abcd", "ab"}));
        QCOMPARE(seen[2], (QStringList{"abcd", "abc"}));
        QCOMPARE(seen.size(), 5);
    }

    void ordersThatComeBetweenEvaluationsFillFreeSlots() {
        order({item(0, "abcdef")});
        QList<QStringList> seen;
        const auto pipeline = run([&](int evaluation, const QStringList& prompts) {
            seen << prompts;
            if (evaluation == 1) order({item(1, "xy"), item(2, "z")});
            if (evaluation == 5) order({item(3, "uv")});
        });
        QCOMPARE(told_, (QStringList{"1 made: xy", "2 made: z", "0 made: abcdef", "3 made: uv"}));
        QCOMPARE(seen[2], (QStringList{"abcdef", "xy"}));
        QCOMPARE(seen[4], (QStringList{"abcdef", "z"}));
        QCOMPARE(pipeline.kinds.size(), 1);
        QCOMPARE(pipeline.evaluations, 8);
    }

    void whatWaitsCanBeCancelled() {
        order({item(0, "abcdef"), item(1, "abcdef"), item(2, "abc"), item(3, "abc")});
        run([&](int evaluation, const QStringList&) {
            if (evaluation == 1) cancel({2});
        });
        QCOMPARE(told_, (QStringList{"2 given up", "0 made: abcdef", "1 made: abcdef", "3 made: abc"}));
    }

    void whatIsUnderWayCanBeCancelled() {
        order({item(0, "abcdef"), item(1, "abcdef"), item(2, "abc")});
        QList<QStringList> seen;
        run([&](int evaluation, const QStringList& prompts) {
            seen << prompts;
            if (evaluation == 1) cancel({0});
        });
        QCOMPARE(told_, (QStringList{"0 given up", "2 made: abc", "1 made: abcdef"}));
        QCOMPARE(seen[2], (QStringList{"abcdef", "abc"}));
    }

    void whatEndsWhenItIsCancelledIsGivenUp() {
        order({item(0, "ab"), item(1, "abc")});
        run([&](int evaluation, const QStringList&) {
            if (evaluation == 1) cancel({0});
        });
        QCOMPARE(told_, (QStringList{"0 given up", "1 made: abc"}));
    }

    void allCanBeCancelled() {
        order({item(0, "abcdef"), item(1, "abcdef"), item(2, "abc"), item(3, "abc")});
        const auto pipeline = run([&](int evaluation, const QStringList&) {
            if (evaluation == 1) cancel({});
        });
        QCOMPARE(told_.size(), 4);
        for (int64_t i = 0; i < 4; ++i) QVERIFY(told_.contains(QString("%1 given up").arg(i)));
        QCOMPARE(pipeline.evaluations, 2);
    }

    /// Those under way fail with a kind that has them tried again; what has ended has, and what waits is made.
    void aShortageOfMemoryLosesNothing() {
        order({item(0, "ab"), item(1, "abcdef"), item(2, "abcdef"), item(3, "abc"), item(4, "a")});
        run([&](int evaluation, const QStringList&) {
            if (evaluation == 3) throw std::bad_alloc();
        });
        QCOMPARE(told_.size(), 5);
        QCOMPARE(told_[0], "0 made: ab");
        QVERIFY(told_[1].startsWith("1 memory: ") && told_[2].startsWith("2 memory: "));
        QCOMPARE(told_.mid(3), (QStringList{"4 made: a", "3 made: abc"}));
        for (const auto& [number, times] : ended_) QCOMPARE(times, 1);
    }

    void aCardThatIsLostEndsTheLoop() {
        order({item(0, "abc"), item(1, "abc"), item(2, "abc")});
        const auto lost = [](int, const QStringList&) { throw DeviceLost("the card is gone"); };
        QVERIFY_THROWS_EXCEPTION(DeviceLost, run(lost));
        read();
        QVERIFY(told_.isEmpty());  // the owner has them made elsewhere
    }

    void whatFailsAloneLeavesTheOthers_data() {
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<QString>("told");
        QTest::newRow("cannot be added") << "refused"
                                         << "2 request: it is too long";
        QTest::newRow("breaks when it is added") << "broken"
                                                 << "2 internal: it broke";
        QTest::newRow("not finite") << "nan"
                                    << "2 nan: not finite";
    }
    void whatFailsAloneLeavesTheOthers() {
        QFETCH(QString, prompt);
        QFETCH(QString, told);
        order({item(0, "abc"), item(1, "abcdefgh"), item(2, prompt.toStdString()), item(3, "ab")});
        const auto pipeline = run();
        QStringList ended = told_;
        ended.sort();
        QCOMPARE(ended, (QStringList{"0 made: abc", "1 made: abcdefgh", told, "3 made: ab"}));
        QCOMPARE(pipeline.evaluations, 8);
    }

    void theFirstOneMayFail() {
        order({item(0, "refused"), item(1, "ab")});
        run();
        QCOMPARE(told_, (QStringList{"0 request: it is too long", "1 made: ab"}));
    }

    void whatMayNotShareAMicroBatchComesAfterwards() {
        order({item(0, "abc"), scored(1, "xyz"), item(2, "ab")});
        const auto pipeline = run([&](int evaluation, const QStringList& prompts) {
            QCOMPARE(prompts.size(), 1);
            if (evaluation == 0) cancel({2});
        });
        QCOMPARE(pipeline.kinds, (QStringList{"text", "score"}));
        QCOMPARE(told_, (QStringList{"2 given up", "0 made: abc", "1 made: xyz"}));
    }

    /// The items are not to blame: others make them.
    void whatTheDutiesThrowFailsNoItem() {
        CopyingPipeline pipeline([](int, const QStringList&) {});
        DesertedDuties duties({item(0, "a"), item(1, "abc"), item(2, "abc"), item(3, "abc")}, 1);
        QVERIFY_THROWS_EXCEPTION(Error, SlotLoop(pipeline, duties, 2).run());
        QCOMPARE(duties.rooms, QList<int>({2, 1}));
        QCOMPARE(duties.made_count, 1);
        QCOMPARE(duties.failed_count, 0);
    }

    /// However long it took: also of texts that end before anything is told of them.
    void whatIsToldOfATextIsTheText() {
        order({item(0, "abcdef"), item(1, "xy"), item(2, "nan"), item(3, "uvw")});
        run([&](int evaluation, const QStringList&) {
            if (evaluation == 2 || evaluation == 4) QTest::qSleep(120);  // time enough to tell something
        });
        QCOMPARE(pieces_[0], "abcdef");
        QCOMPARE(pieces_[1], "xy");
        QCOMPARE(pieces_[3], "uvw");
    }
};

FANLIGHT_TEST(TstSlotLoop)
#include "tst_slot_loop.moc"
