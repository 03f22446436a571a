#include "core/run/append_items.h"

#include <QTest>

#include "core/batch/request_json.h"
#include "tests/support/fake_runs.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;

/// Rows that are added to a run.
class TestAppendItems : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void addedRowsAreReadAsTheRunWasBegun() {
        RunPlan plan = fake_plan(fake_items(1), 1);  // plain, and so literal
        plan.model_folder = source_path("/tests/golden/data/pipelines/sd1");
        plan.emphasis = Emphasis::NoNorm;
        std::vector<PromptRow> rows = {
            {"a (dog:1.2)", {}, "1"}, {"a dog", {}, "2"}, {"a BREAK b", {}, "3"}, {"(a)", {}, "4"}};
        rows[3].overrides.literal = true;
        const std::vector<Item> items = further_items(plan, rows);
        QCOMPARE(items.size(), size_t{4});
        const auto emphasis = [&](size_t i) { return image_of(items[i]).emphasis; };
        QVERIFY(emphasis(0) == Emphasis::NoNorm && emphasis(1) == Emphasis::Literal);
        QVERIFY(emphasis(2) == Emphasis::NoNorm && emphasis(3) == Emphasis::Literal);
        QVERIFY(image_of(items[2]).prompt_layout().chunks == (std::vector<ChunkCounts>{{3, 2, 1}}));

        plan.emphasis = Emphasis::Literal;  // begun by an older program
        QVERIFY(image_of(further_items(plan, rows)[0]).emphasis == Emphasis::Literal);
    }

    void addedRowsAreMadeWithTheRunsModels() {
        RunPlan plan = fake_plan(fake_items(3), 1);
        add_fake_model(plan, "/models/other", {1});
        add_fake_model(plan, "/models/other", {2});
        plan.others[1].recipe.loras = {{.name = "ink", .file = "/loras/ink.safetensors", .weight = 0.5}};
        set_recipes(plan);
        std::vector<PromptRow> rows(5, PromptRow{"a dog", {}, "1"});
        rows[1].overrides.model = "/models/other";
        rows[2].overrides.model = rows[3].overrides.model = rows[4].overrides.model = plan.others[0].recipe.model;
        rows[3].overrides.loras = {{.name = "ink", .weight = 0.5}};
        rows[4].prompt = "a dog <lora:ink:0.5>";
        plan.emphasis = Emphasis::Original;
        const std::vector<Item> items = further_items(plan, rows);
        std::vector<int> models;
        for (const Item& item : items) {
            models.push_back(item.model);
            QCOMPARE(recipe_of(item).model, plan.model(item.model).recipe.model);
            QCOMPARE(item.task.prompt(), std::string("a dog"));
        }
        QVERIFY(models == std::vector<int>({0, 1, 1, 2, 2}));
        QCOMPARE(recipe_of(items[3]).loras.at(0).weight, 0.5);
    }

    void rowsOfOtherModelsNeedARunOfTheirOwn_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<double>("weight");
        QTest::newRow("a model") << "third"
                                 << "a dog" << 0.0;
        QTest::newRow("a LoRA") << ""
                                << "a dog" << 0.5;
        QTest::newRow("a tag") << ""
                               << "a dog <lora:ink:0.5>" << 0.0;
    }
    void rowsOfOtherModelsNeedARunOfTheirOwn() {
        QFETCH(QString, model);
        QFETCH(QString, prompt);
        QFETCH(double, weight);
        RunPlan plan = fake_plan(fake_items(2), 1);
        plan.emphasis = Emphasis::Original;
        add_fake_model(plan, "/other", {1});
        PromptRow row{prompt.toStdString(), {}, "list.csv, line 3"};
        if (!model.isEmpty()) row.overrides.model = model.toStdString();
        if (weight != 0) row.overrides.loras = {{.name = "ink", .weight = weight}};
        try {
            further_items(plan, {row});
            QFAIL("nothing was refused");
        } catch (const UsageError& error) {
            QCOMPARE(QString(error.what()),
                     "list.csv, line 3: no row of the run has its model with its LoRAs; start another run for it.");
        }
    }

    void plainRowsNeedNoVocabulary() {
        RunPlan plan = fake_plan(fake_items(1), 1);
        plan.emphasis = Emphasis::Original;
        QCOMPARE(further_items(plan, {{"a plain dog", {}, "1"}}).size(), size_t{1});
        QVERIFY_THROWS_EXCEPTION(Error, further_items(plan, {{"a (dog)", {}, "1"}}));
    }
};

FANLIGHT_TEST(TestAppendItems)
#include "tst_append_items.moc"
