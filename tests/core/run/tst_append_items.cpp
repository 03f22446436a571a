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

    void plainRowsNeedNoVocabulary() {
        RunPlan plan = fake_plan(fake_items(1), 1);
        plan.emphasis = Emphasis::Original;
        QCOMPARE(further_items(plan, {{"a plain dog", {}, "1"}}).size(), size_t{1});
        QVERIFY_THROWS_EXCEPTION(Error, further_items(plan, {{"a (dog)", {}, "1"}}));
    }
};

FANLIGHT_TEST(TestAppendItems)
#include "tst_append_items.moc"
