// Items of several models: each worker loads as few as possible.

#include <QTest>

#include "core/run/dispatcher.h"
#include "tests/support/fake_runs.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

using Numbers = std::vector<int64_t>;

/// Items of these models, in this order.
std::vector<Item> items_of_models(const std::vector<int>& models) {
    auto items = fake_items(static_cast<int>(models.size()));
    const int most = models.empty() ? 0 : *std::max_element(models.begin(), models.end());
    std::vector<Shared<Recipe>> recipes;
    for (int model = 0; model <= most; ++model) recipes.emplace_back(fake_recipe());
    for (size_t i = 0; i < models.size(); ++i) {
        items[i].model = models[i];
        items[i].recipe = recipes[static_cast<size_t>(models[i])];
    }
    return items;
}

struct ModelsFixture {
    ModelsFixture(const std::vector<int>& models, int workers, Split split = Split::Pull)
        : items(items_of_models(models)),
          dispatcher(items, numbers_of(items), {.split = split, .workers = workers}),
          loads(workers) {}

    /// Makes one item, with the model that the worker should have. -1: there is none for it.
    int64_t make(int worker) {
        const int before = dispatcher.model_of(worker);
        const auto model = dispatcher.choose_model(worker);
        if (!model) return -1;
        loads[worker] += *model != before;
        const auto batch = dispatcher.next(worker);
        if (batch.empty()) return -1;
        if (items[batch[0]].model != *model) qFatal("an item of another model");
        dispatcher.done(worker, batch[0]);
        return batch[0];
    }

    /// Workers in turns until nothing is left.
    Numbers make_all() {
        Numbers made;
        for (bool any = true; any;) {
            any = false;
            for (int worker = 0; worker < static_cast<int>(loads.size()); ++worker)
                if (const int64_t item = make(worker); item >= 0) made.push_back(item), any = true;
        }
        return made;
    }

    std::vector<Item> items;
    Dispatcher dispatcher;
    std::vector<int> loads;
};

}  // namespace

class TestDispatcherModels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void oneWorkerMakesModelByModel() {
        ModelsFixture f({0, 1, 2, 0, 1, 2, 0}, 1);
        QCOMPARE(f.make_all(), Numbers({0, 3, 6, 1, 4, 2, 5}));
        QCOMPARE(f.loads, std::vector<int>({3}));
        QCOMPARE(f.dispatcher.remaining(), int64_t{0});
    }

    void workersTakeDifferentModels() {
        ModelsFixture f({0, 1, 2, 0, 1, 2}, 3);
        QCOMPARE(f.make_all(), Numbers({0, 1, 2, 3, 4, 5}));
        QCOMPARE(f.loads, std::vector<int>({1, 1, 1}));
    }

    void aWorkerHelpsWithAModelOfWhichThereIsEnough() {
        ModelsFixture f({0, 1, 1, 1, 1, 1}, 2);
        QCOMPARE(f.make(0), int64_t{0});
        QCOMPARE(f.make(1), int64_t{1});
        QCOMPARE(f.make(0), int64_t{2});  // four are left to the other one
        QCOMPARE(f.loads, std::vector<int>({2, 1}));
    }

    void aWorkerDoesNotLoadAModelForTheLastItem() {
        ModelsFixture f({0, 1, 1}, 2);
        f.make(0);
        f.make(1);
        QCOMPARE(f.make(0), int64_t{-1});
        QCOMPARE(f.make(1), int64_t{2});
    }

    void aBusyWorkerFinishesBeforeItChangesTheModel() {
        ModelsFixture f({0, 1}, 1);
        f.dispatcher.choose_model(0);
        QCOMPARE(f.dispatcher.next(0), Numbers({0}));
        QVERIFY(!f.dispatcher.choose_model(0));
        QCOMPARE(f.dispatcher.next(0), Numbers());
        f.dispatcher.done(0, 0);
        QCOMPARE(f.dispatcher.choose_model(0), std::optional(1));
    }

    void whatTheUserMovesToTheFrontComesFirst() {
        ModelsFixture f({0, 0, 0, 1}, 1);
        f.make(0);
        f.dispatcher.move({3}, 1);
        QCOMPARE(f.make_all(), Numbers({3, 1, 2}));
    }

    void fixedSharesStayAsTheyAre() {
        ModelsFixture f({0, 1, 0, 1, 0, 1}, 2, Split::Even);
        QCOMPARE(f.make_all(), Numbers({0, 3, 2, 5, 1, 4}));
    }

    void aWorkerThatCannotLoadAModelLeavesItToOthers() {
        ModelsFixture f({0, 1, 1}, 2);
        QCOMPARE(f.dispatcher.choose_model(0), std::optional(0));
        f.dispatcher.exclude(0, 0);
        QCOMPARE(f.dispatcher.set_aside_unloadable(0), Numbers());
        QCOMPARE(f.dispatcher.choose_model(0), std::optional(1));
        QCOMPARE(f.dispatcher.choose_model(1), std::optional(0));
        f.dispatcher.exclude(1, 0);
        QCOMPARE(f.dispatcher.set_aside_unloadable(0), Numbers({0}));
        QCOMPARE(f.dispatcher.remaining(), int64_t{2});
        QCOMPARE(f.make_all(), Numbers({1, 2}));
    }

    void workersThatHaveGoneDoNotCount() {
        ModelsFixture f({0, 1}, 2);
        f.dispatcher.choose_model(0);
        f.dispatcher.worker_gone(0);
        QCOMPARE(f.dispatcher.choose_model(1), std::optional(0));
        f.dispatcher.exclude(1, 0);
        QCOMPARE(f.dispatcher.set_aside_unloadable(0), Numbers({0}));
    }

    void whatKilledAWorkerIsTriedAloneWithItsModel() {
        ModelsFixture f({0, 1, 0}, 1);
        f.dispatcher.choose_model(0);
        QCOMPARE(f.dispatcher.next(0), Numbers({0}));
        QCOMPARE(f.dispatcher.worker_died(0), Numbers());
        QCOMPARE(f.make_all(), Numbers({0, 2, 1}));
    }
};

FANLIGHT_TEST(TestDispatcherModels)
#include "tst_dispatcher_models.moc"
