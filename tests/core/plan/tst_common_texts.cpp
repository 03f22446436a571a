#include <QTest>

#include "core/base/error.h"
#include "core/plan/make_plan.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

PlannedRun plan_of(const PlanRequest& request) {
    return make_plan(request, source_path("/resources"), "--", {{.id = "cpu", .kind = "cpu"}}, "");
}

}  // namespace

/// What all prompts of a run have in common.
class TstCommonTexts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void itemsHoldTheFinalTexts() {
        PlanRequest request;
        request.devices = "cpu";
        request.parameters = {{"negative_prompt", "grey"}};
        request.affixes = {"best", "in ink"};
        request.rows = {{"a dog", {}, "Row 1"}, {"a cat", {.negative_prompt = "red"}, "Row 2"}};
        request.list = [](const ListReading&, const TakeRow& take) { take({"a fox", {}, "Row 3"}); };
        const PlannedRun plan = plan_of(request);
        QCOMPARE(plan.items.size(), size_t{3});
        QCOMPARE(image_of(plan.items[0]).prompt, std::string("best, a dog, in ink"));
        QCOMPARE(image_of(plan.items[0]).negative_text(), std::string("grey"));
        QCOMPARE(image_of(plan.items[1]).negative_text(), std::string("red"));
        QCOMPARE(image_of(plan.items[2]).prompt, std::string("best, a fox, in ink"));
    }

    void textsHaveNone() {
        PlanRequest request;
        request.model = "starter-text";
        request.devices = "cpu";
        request.affixes.suffix = "in ink";
        request.rows = {{"a dog", {}, "Row 1"}};
        QVERIFY_THROWS_EXCEPTION(UsageError, plan_of(request));
    }

    void otherBytesAreRefused() {
        PlanRequest request;
        request.devices = "cpu";
        request.affixes.prefix = "\xFF";
        request.rows = {{"a dog", {}, "Row 1"}};
        try {
            plan_of(request);
            QFAIL("it was planned");
        } catch (const UsageError& error) {
            QVERIFY2(QString(error.what()).startsWith("--prefix: "), error.what());
        }
    }
};

FANLIGHT_TEST(TstCommonTexts)
#include "tst_common_texts.moc"
