// Models of a run that differ in their LoRAs alone cost the same, so a list with another weight in each row is planned
// as quickly as one without.

#include <QTest>

#include "core/plan/place_run.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

PlannedModel model_with(const std::string& folder, std::vector<Lora> loras) {
    PlannedModel model{.model_folder = folder, .recipe = {}, .placement = {}};
    model.recipe.batch_size = 2;
    model.recipe.loras = std::move(loras);
    return model;
}

Item item_of(int model, int steps, int width) {
    const ImageTask image{"a dog", {}, 42, steps, 5, width, 64, "euler", "default"};
    return {.task = image, .model = model};
}

RunPlan plan_of(std::vector<PlannedModel> models, std::vector<Item> items) {
    RunPlan plan;
    static_cast<PlannedModel&>(plan) = models.front();
    plan.others.assign(models.begin() + 1, models.end());
    plan.items = std::move(items);
    return plan;
}

}  // namespace

class TstAlikeModels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void onlyLorasMayDiffer() {
        const Lora half{.name = "lora", .weight = 0.5}, whole{.name = "lora", .weight = 1};
        const RunPlan plan = plan_of({model_with("/a", {}), model_with("/a", {half}), model_with("/b", {half}),
                                      model_with("/a", {whole}), model_with("/a", {half, whole})},
                                     {item_of(0, 4, 64), item_of(1, 4, 64), item_of(3, 4, 64), item_of(2, 4, 64),
                                      item_of(3, 4, 32), item_of(4, 4, 64), item_of(0, 4, 64)});
        const std::vector<AlikeModels> found = alike_models(plan);
        QCOMPARE(found.size(), size_t{3});
        QCOMPARE(found[0].number, 0);
        QCOMPARE(found[0].work.images, int64_t{2});
        QCOMPARE(found[1].number, 1);
        QCOMPARE(found[1].work.images, int64_t{4});
        QCOMPARE(found[1].work.batch_size, int64_t{2});
        QCOMPARE(found[2].number, 2);
        QCOMPARE(found[2].work.images, int64_t{1});
        QVERIFY(found[1].shape == largest_shape(plan, 3) && found[1].shape.width == 64);
    }

    void otherSizesAndStepsCostSomethingElse() {
        const std::vector<PlannedModel> models = {model_with("/a", {{.name = "a"}}), model_with("/a", {{.name = "b"}})};
        const auto groups = [&](const Item& second) {
            return alike_models(plan_of(models, {item_of(0, 4, 64), second})).size();
        };
        QCOMPARE(groups(item_of(1, 4, 64)), size_t{1});
        QCOMPARE(groups(item_of(1, 5, 64)), size_t{2});
        QCOMPARE(groups(item_of(1, 4, 128)), size_t{2});
    }

    void eachModelHasItems() {
        const RunPlan plan = plan_of({model_with("/a", {}), model_with("/b", {})}, {item_of(0, 4, 64)});
        QVERIFY_THROWS_EXCEPTION(Error, alike_models(plan));
    }
};

FANLIGHT_TEST(TstAlikeModels)
#include "tst_alike_models.moc"
