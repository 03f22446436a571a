// What a run says of its end, in simulated time, so the figures are the same everywhere.

#include <QTest>
#include <functional>
#include <numeric>
#include <queue>

#include "core/run/dispatcher.h"
#include "tests/support/fake_runs.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

using Numbers = std::vector<int64_t>;

/// When, and what was said then; -1: nothing.
struct Said {
    double time, seconds_left;
};

struct Simulation {
    std::vector<Item> items;
    Numbers pending;
    Dispatcher::Options options{};
    /// How long a worker takes for a micro-batch that begins with this item; `nth`: how many it has made before.
    std::function<double(int worker, int64_t item, int nth)> seconds;

    std::vector<Said> said;
    double end = 0;

    void run() {
        using Event = std::tuple<double, int, Numbers>;
        std::priority_queue<Event, std::vector<Event>, std::greater<>> events;
        std::vector<int> made(static_cast<size_t>(options.workers));
        Dispatcher dispatcher(items, pending, options);
        const auto hand_out = [&] {
            for (int worker = 0; worker < options.workers; ++worker) {
                const Numbers batch = dispatcher.next(worker);
                if (batch.empty()) continue;
                events.emplace(end + seconds(worker, batch.front(), made[static_cast<size_t>(worker)]++), worker,
                               batch);
            }
        };
        for (hand_out(); !events.empty(); events.pop()) {
            const auto [now, worker, batch] = events.top();
            end = now;
            dispatcher.set_time(now);
            for (const int64_t item : batch) dispatcher.sampled(worker, item);
            for (const int64_t item : batch) dispatcher.done(worker, item);
            hand_out();
            said.push_back({now, dispatcher.seconds_left().value_or(-1)});
        }
    }

    double left(const Said& then) const { return end - then.time; }

    /// The most by which what is said from `first` on is too much or too little, as a factor; while more than so many
    /// seconds are left.
    double worst(size_t first, double until) const {
        double most = 1;
        for (size_t i = first; i < said.size() && left(said[i]) > until; ++i)
            most = std::max({most, said[i].seconds_left / left(said[i]), left(said[i]) / said[i].seconds_left});
        return most;
    }

    /// The largest factor between what is said and what was said before, less the time since.
    double largest_jump(double until) const {
        double most = 1;
        for (size_t i = 1; i < said.size() && left(said[i]) > until; ++i) {
            if (said[i - 1].seconds_left < 0) continue;
            const double before = said[i - 1].seconds_left - (said[i].time - said[i - 1].time);
            most = std::max({most, said[i].seconds_left / before, before / said[i].seconds_left});
        }
        return most;
    }
};

Simulation simulation_of(std::vector<Item> items, int workers = 1) {
    Simulation made{.items = std::move(items), .options = {.workers = workers}};
    made.pending = numbers_of(made.items);
    return made;
}

/// Every third one has four times the pixels.
std::vector<Item> two_sizes(int count) {
    std::vector<Item> items = fake_items(count);
    for (size_t i = 0; i < items.size(); i += 3) {
        items[i].task.edit<ImageTask>().width *= 2;
        items[i].task.edit<ImageTask>().height *= 2;
    }
    return items;
}

bool is_large(const Item& item) { return image_of(item).width > 16; }

#define VERIFY_AT_MOST(figure, most) QVERIFY2((figure) <= (most), qPrintable(QString::number(figure)))

}  // namespace

class TestTimeLeft : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sizesAreTimedSeparately() {
        Simulation run = simulation_of(two_sizes(60));
        run.seconds = [&](int, int64_t item, int) {
            return is_large(run.items[static_cast<size_t>(item)]) ? 9.0 : 1.0;
        };
        run.run();
        VERIFY_AT_MOST(run.worst(6, 0), 1.01);  // by pixels a large one would take 4 s
        VERIFY_AT_MOST(run.largest_jump(0), 2);
    }

    void largeOnesThatComeLastAreForeseen() {
        std::vector<Item> items = two_sizes(60);
        std::stable_partition(items.begin(), items.end(), [](const Item& item) { return !is_large(item); });
        for (size_t i = 0; i < items.size(); ++i) items[i].index = static_cast<int64_t>(i);
        Simulation run = simulation_of(std::move(items));
        run.seconds = [&](int, int64_t item, int) {
            return is_large(run.items[static_cast<size_t>(item)]) ? 5.0 : 1.0;
        };
        run.run();
        VERIFY_AT_MOST(run.worst(2, 0), 1.3);
        VERIFY_AT_MOST(run.largest_jump(0), 1.3);
    }

    void aSlowFirstOneIsNotBelieved() {
        Simulation run = simulation_of(fake_items(50));
        run.seconds = [](int, int64_t, int nth) { return nth == 0 ? 5.0 : 0.5; };
        run.run();
        QCOMPARE(run.said[0].seconds_left, -1.0);
        VERIFY_AT_MOST(run.worst(1, 0.4), 1.01);
    }

    void aLongFirstOneIs() {
        Simulation run = simulation_of(fake_items(50));
        run.seconds = [](int, int64_t, int nth) { return nth == 0 ? 65.0 : 60.0; };
        run.run();
        QVERIFY(run.said[0].seconds_left > 0);
        VERIFY_AT_MOST(run.worst(0, 0), 1.1);
    }

    void aHiccupCountsForNothing() {
        Simulation run = simulation_of(fake_items(60));
        run.seconds = [](int, int64_t, int nth) { return nth % 10 == 5 ? 8.0 : 1.0; };
        run.run();
        for (size_t i = 2; i < 50; ++i) VERIFY_AT_MOST(run.said[i].seconds_left, 60);
        VERIFY_AT_MOST(run.largest_jump(30), 1.7);
    }

    void itemsOfAMicroBatchEndTogether() {
        Simulation run = simulation_of(fake_items(82, 4));
        run.seconds = [](int, int64_t, int) { return 3.0; };
        run.run();
        VERIFY_AT_MOST(run.worst(1, 0), 1.01);  // the last one is padded
    }

    void eachWorkerHasItsOwnPace() {
        Simulation run = simulation_of(two_sizes(300), 3);
        const double paces[] = {1, 1.5, 4};
        run.seconds = [&](int worker, int64_t item, int nth) {
            return paces[worker] * (nth == 0 ? 3 : 1) * (is_large(run.items[static_cast<size_t>(item)]) ? 5 : 1);
        };
        run.run();
        // At the end it matters who has the last large one, which takes the slowest 20 s.
        VERIFY_AT_MOST(run.worst(20, 100), 1.25);
        VERIFY_AT_MOST(run.largest_jump(100), 2);
    }

    void aResumedRunCountsWhatIsLeft() {
        Simulation run = simulation_of(fake_items(1000));
        run.pending.erase(run.pending.begin(), run.pending.end() - 20);
        run.seconds = [](int, int64_t, int) { return 2.0; };
        run.run();
        QCOMPARE(run.end, 40.0);
        VERIFY_AT_MOST(run.worst(1, 0), 1.01);
    }

    void fixedSharesEndWithTheSlowest() {
        Simulation run = simulation_of(fake_items(40), 2);
        run.options.split = Split::Even;
        run.seconds = [](int worker, int64_t, int) { return worker == 0 ? 1.0 : 3.0; };
        run.run();
        QCOMPARE(run.end, 60.0);
        VERIFY_AT_MOST(run.worst(6, 0), 1.05);
    }

    void manyAreSharedOutAtOnce() {
        Simulation run = simulation_of(fake_items(3000), 2);
        run.seconds = [](int worker, int64_t, int) { return worker == 0 ? 1.0 : 2.0; };
        run.run();
        VERIFY_AT_MOST(run.worst(4, 0), 1.1);
    }

    /// As texts of the same length do, eight in one worker.
    void whatEndsOneByOneMayEndTogether() {
        const std::vector<Item> items = fake_items(96, 8);
        Dispatcher dispatcher(items, numbers_of(items), {.workers = 1});
        dispatcher.set_slots(0, 8);
        Numbers held;
        const auto take = [&] {
            for (Numbers more = dispatcher.next(0); !more.empty(); more = dispatcher.next(0))
                held.insert(held.end(), more.begin(), more.end());
        };
        take();
        for (int turn = 1; turn <= 11; ++turn) {
            dispatcher.set_time(4 * turn);
            for (int i = 0; i < 8; ++i) {
                QVERIFY(dispatcher.done(0, held.front()));
                held.erase(held.begin());
            }
            take();
            if (turn < 2) continue;
            const double left = 4 * (12 - turn), said = dispatcher.seconds_left().value();
            QVERIFY2(said > 0.9 * left && said < 1.1 * left, qPrintable(QString("%1: %2").arg(turn).arg(said)));
            dispatcher.set_time(4 * turn + 3);
            QVERIFY(dispatcher.seconds_left().value() < said);
        }
    }

    void aWorkerThatIsSwitchedOffDoesNothingMore() {
        const std::vector<Item> items = fake_items(20);
        Dispatcher dispatcher(items, numbers_of(items), {.workers = 2});
        for (int second = 1; second <= 4; ++second) {
            const Numbers taken = {dispatcher.next(0).front(), dispatcher.next(1).front()};
            dispatcher.set_time(second);
            for (int worker = 0; worker < 2; ++worker) QVERIFY(dispatcher.done(worker, taken[worker]));
        }
        QCOMPARE(dispatcher.seconds_left().value(), 6.0);
        dispatcher.enable(1, false);
        QCOMPARE(dispatcher.seconds_left().value(), 12.0);
        dispatcher.enable(0, false);
        QVERIFY(!dispatcher.seconds_left());
    }
};

FANLIGHT_TEST(TestTimeLeft)
#include "tst_time_left.moc"
