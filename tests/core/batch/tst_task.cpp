#include <QTest>

#include "core/base/json.h"
#include "core/batch/items.h"
#include "core/batch/request_json.h"
#include "tests/support/test.h"
#include "tests/support/toy_text/toy_text.h"

using namespace fanlight;

namespace {

const ImageTask dog{"a dog", "blurry", 42, 20, 7.5, 512, 768, "ddim", "default", 1};

Item item_of(Task task) { return {.index = 3, .row = 1, .place = "", .task = std::move(task)}; }

template <typename Act>
std::string refusal(Act act) {
    try {
        act();
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

}  // namespace

class TstTask : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void oneStepIsOne() {
        ImageTask image;
        for (const auto& [steps, said] : {std::pair(1, "1 step,"), std::pair(20, "20 steps,")}) {
            image.steps = steps;
            QVERIFY(image.summary().find(said) != std::string::npos);
        }
    }

    void initTestCase() { add_toy_text(); }

    void isAValue() {
        Task one = dog, other = one;
        QVERIFY(one == other);
        other.edit<ImageTask>().prompt = "a cat";
        QCOMPARE(one.prompt(), std::string("a dog"));
        QCOMPARE(other.prompt(), std::string("a cat"));
        QVERIFY(!(one == other));
        const ImageTask* before = &other.as<ImageTask>();
        other.edit<ImageTask>().seed = 7;
        QVERIFY(before == &other.as<ImageTask>());  // nobody else had it
        one = other;
        QVERIFY(one == other && &one.as<ImageTask>() == &other.as<ImageTask>());
    }

    void guidanceEvaluatesTheNetworkTwice_data() {
        QTest::addColumn<double>("scale");
        QTest::addColumn<double>("work");
        QTest::newRow("without") << 1.0 << 512.0 * 768 * 20;
        QTest::newRow("with") << 1.001 << 2 * 512.0 * 768 * 20;
    }
    void guidanceEvaluatesTheNetworkTwice() {
        QFETCH(double, scale);
        QFETCH(double, work);
        ImageTask image = dog;
        image.cfg_scale = scale;
        QCOMPARE(Task(image).work(), work);
    }

    void itemsOfImagesAreWrittenWithoutTheirKind() {
        Item item = item_of(dog);
        item.place = "a.png";
        QCOMPARE(to_line(Json(item)),
                 std::string(R"({"file":"a.png","index":3,"parameters":{"cfg_scale":7.5,"clip_skip":1,"height":768,)"
                             R"("negative_prompt":"blurry","prompt":"a dog","sampler":"ddim","schedule":"default",)"
                             R"("seed":42,"steps":20,"width":512},"row":1})"));
        QVERIFY(Json(item).get<Item>() == item);
    }

    void emphasisAndLayoutAreWrittenIfTheySaySomething() {
        ImageTask image = dog;
        image.emphasis = Emphasis::NoNorm;
        image.layout = Shared(PromptLayout{.chunks = {{10, 2, 1}, {20, 1, 3}}, .cut_tokens = 7});
        const Json json = image;
        QVERIFY(json["emphasis"] == Json("no-norm"));
        QVERIFY(json["chunks"] == Json::parse("[[10,2,1],[20,1,3]]"));
        QVERIFY(json["cut_tokens"] == Json(7));
        QVERIFY(json.get<ImageTask>() == image);
        QVERIFY(std::is_neq(Task(image).batch_order(Task(dog))));
    }

    void secondPromptsAreWrittenIfThereAreAny() {
        ImageTask image = dog.with({.prompt_2 = "a cat", .negative_prompt_2 = "grey"});
        const Json json = image;
        QVERIFY(json["prompt_2"] == Json("a cat") && json["negative_prompt_2"] == Json("grey"));
        QVERIFY(json.get<ImageTask>() == image);
        image.check("here");
        QVERIFY(std::is_eq(Task(image).batch_order(Task(dog))));
        QVERIFY(image.with({.prompt_2 = "", .negative_prompt_2 = ""}) == dog);
        image.prompt_2 = "\xff";
        QVERIFY_EXCEPTION_THROWN(image.check("here"), UsageError);
    }

    /// There is no picture of which only the second text encoder reads a negative prompt.
    void aSecondNegativePromptMakesAFirstOne() {
        ImageTask image = dog;
        image.negative_prompt.reset();
        QVERIFY(!image.with({.prompt_2 = "a cat"}).negative_prompt);
        QVERIFY(image.with({.negative_prompt_2 = "grey"}).negative_prompt == std::optional<SharedText>(""));
        QVERIFY(!image.with({.negative_prompt_2 = ""}).negative_prompt);
    }

    void givenTimestepsAreWrittenAndCountTheSteps() {
        ImageTask image = dog;
        const auto with = [&](const Overrides& values) { return image = image.with(values); };
        with({.timesteps = Timesteps{999, 749, 499, 249}});
        QCOMPARE(image.steps, 4);
        const Json json = image;
        QVERIFY(json["timesteps"] == Json("999,749,499,249"));
        QVERIFY(json.get<ImageTask>() == image);
        image.check("here");
        QVERIFY(std::is_neq(Task(image).batch_order(Task(dog.with({.steps = 4})))));
        with({.steps = 5});
        QVERIFY_EXCEPTION_THROWN(image.check("here"), UsageError);
        with({.steps = 20, .timesteps = Timesteps()});
        QVERIFY(image == dog);
        for (const char* hostile : {"999 999", "1,2", "-1", "100000", "1.5", "", "[", "[]", "9;x"}) {
            QVERIFY2(!timesteps_in(hostile), hostile);
            Json changed = json;
            changed["timesteps"] = hostile;
            QVERIFY_EXCEPTION_THROWN(changed.get<ImageTask>(), Error);
        }
        for (const char* written : {"[999, 1]", "999;1", " 999 1 ", "999,1"})
            QCOMPARE(timesteps_in(written), std::optional(Timesteps{999, 1}));
    }

    void guidanceEndsAfterWholeSteps() {
        const auto steps = [](int all, double scale, double end) {
            ImageTask image;
            image.steps = all;
            image.cfg_scale = scale;
            image.cfg_end = end;
            return image.guided_steps();
        };
        QCOMPARE(steps(10, 5, 1), 10);
        QCOMPARE(steps(10, 5, 0.7), 7);
        QCOMPARE(steps(3, 5, 0.5), 2);
        QCOMPARE(steps(10, 5, 0), 0);
        QCOMPARE(steps(10, 1, 1), 0);
    }

    /// Of networks that take cfg_scale as an input, which are never guided by that.
    void trueGuidanceNeedsANegativePrompt() {
        const auto steps = [](double scale, std::optional<SharedText> negative, double end = 1) {
            ImageTask image;
            image.steps = 10;
            image.cfg_scale = 3.5;
            image.cfg_floor = most_cfg_scale;
            image.true_cfg_scale = scale;
            image.negative_prompt = std::move(negative);
            image.cfg_end = end;
            return image.guided_steps();
        };
        QCOMPARE(steps(4, SharedText("blurry")), 10);
        QCOMPARE(steps(4, SharedText("")), 10);
        QCOMPARE(steps(4, SharedText(""), 0.5), 5);
        QCOMPARE(steps(4, std::nullopt), 0);
        QCOMPARE(steps(1, SharedText("blurry")), 0);
    }

    void trueScalesShareMicroBatchesIfTheyGuideAlike() {
        ImageTask image = dog;
        image.cfg_floor = most_cfg_scale;
        const ImageTask two = image.with({.true_cfg_scale = 2}), four = image.with({.true_cfg_scale = 4});
        QVERIFY(std::is_eq(two.batch_order(four)));
        QVERIFY(std::is_neq(two.batch_order(image)));
        QVERIFY(two.guided() && !image.guided() && two.shape().guided);
        QCOMPARE(two.work(), 2 * image.work());
        ImageTask alone = four;
        alone.negative_prompt.reset();
        QVERIFY(std::is_eq(alone.batch_order(image)));
    }

    void aTrueScaleIsWrittenIfThereIsOne() {
        const ImageTask image = dog.with({.true_cfg_scale = 2.5});
        const Json json = image;
        QVERIFY(json["true_cfg_scale"] == Json(2.5) && !Json(dog).contains("true_cfg_scale"));
        QVERIFY(json.get<ImageTask>() == image);
        image.check("here");
        for (const double hostile : {0.5, 101.0}) {
            const ImageTask changed = dog.with({.true_cfg_scale = hostile});
            QVERIFY_EXCEPTION_THROWN(changed.check("here"), UsageError);
        }
    }

    void hostileLayoutsAreRefused_data() {
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<QByteArray>("value");
        for (const char* value : {"\"strong\"", "1", "[]"})
            QTest::newRow(value) << QByteArray("emphasis") << QByteArray(value);
        for (const char* value :
             {"1", "[1]", "[[1,1]]", "[[1,1,0]]", "[[1,0,1]]", "[[-1,1,1]]", "[[1,1,1.5]]", "[[1,1,10001]]",
              "[[1,1,18446744073709551615]]", "[[100001,1,1]]", "[[2,1,2],[2,2,1]]", "[[2,1,2],[1,2,1]]"})
            QTest::newRow(value) << QByteArray("chunks") << QByteArray(value);
        for (const char* value : {"-1", "\"1\"", "4294967296"})
            QTest::newRow(value) << QByteArray("cut_tokens") << QByteArray(value);
    }
    void hostileLayoutsAreRefused() {
        QFETCH(QByteArray, key);
        QFETCH(QByteArray, value);
        Json json = dog;
        json[key.toStdString()] = Json::parse(value.toStdString());
        QVERIFY_THROWS_EXCEPTION(Error, json.get<ImageTask>());
    }

    void aRowsOwnEmphasisCounts() {
        const auto of = [](Emphasis run, std::optional<Emphasis> own, std::optional<bool> literal) {
            ImageTask image;
            image.emphasis = run;
            return image.with({.emphasis = own, .literal = literal}).emphasis;
        };
        QVERIFY(of(Emphasis::NoNorm, {}, {}) == Emphasis::NoNorm);
        QVERIFY(of(Emphasis::NoNorm, Emphasis::Ignore, {}) == Emphasis::Ignore);
        QVERIFY(of(Emphasis::NoNorm, {}, true) == Emphasis::Literal);
        QVERIFY(of(Emphasis::NoNorm, {}, false) == Emphasis::NoNorm);
        QVERIFY(of(Emphasis::Literal, {}, false) == Emphasis::Original);
        QVERIFY(of(Emphasis::Literal, Emphasis::None, false) == Emphasis::None);
    }

    void itemsOfOtherKindsNameTheirs() {
        const Item item = item_of(ToyText{"say it", 5, 3});
        QCOMPARE(to_line(Json(item)), std::string(R"({"file":"","index":3,"parameters":{"prompt":"say it","seed":5,)"
                                                  R"("words":3},"row":1,"task":"toy_text"})"));
        QVERIFY(Json(item).get<Item>() == item);
    }

    void anUnknownKindIsRefusedNamingThoseThatThereAre() {
        Json json = item_of(ToyText{});
        json["task"] = "dance";
        QCOMPARE(
            refusal([&] { json.get<Item>(); }),
            std::string("There is no task called \"dance\"; it must be image, text, classify, score and toy_text"));
    }

    void onlyItsOwnKindIsHandedOut() {
        const Task text = ToyText{"say it"};
        QVERIFY(text.is<ToyText>() && !text.is<ImageTask>());
        QCOMPARE(refusal([&] { (void)text.as<ImageTask>(); }),
                 std::string("A task of the kind image was expected, not toy_text"));
        QVERIFY(!refusal([] { (void)Task().work(); }).empty());
        QVERIFY(!refusal([] { (void)Task().as<ImageTask>(); }).empty());
    }

    void kindsDoNotShareMicroBatches() {
        ImageTask other = dog;
        other.prompt = "a cat", other.seed = 1, other.cfg_scale = 3;
        QVERIFY(batch_key(item_of(other)) == batch_key(item_of(dog)));
        other.steps += 1;
        QVERIFY(batch_key(item_of(other)) != batch_key(item_of(dog)));
        QVERIFY(batch_key(item_of(ToyText{})) != batch_key(item_of(dog)));
        QVERIFY(Task(dog).padded() && !Task(ToyText{}).padded());
    }

    void rowsMakeItemsOfTheKindOfTheirDefaults() {
        std::vector<PromptRow> rows = {{"one", {}, "1"}, {"two", {}, "2"}};
        rows[0].overrides.images = 2;
        rows[1].overrides.steps = 4;
        const auto items = expand(rows, {ToyText{"", 10, 7}, 1});
        QCOMPARE(items.size(), size_t{3});
        QVERIFY(items[0].task == Task(ToyText{"one", 10, 7}));
        QVERIFY(items[1].task == Task(ToyText{"one", 11, 7}));
        QVERIFY(items[2].task == Task(ToyText{"two", 12, 4}));
    }

    void otherProgramsNamesAreRefusedWhereOursAreKept() {
        const auto refused = [](const char* sampler, const char* schedule) {
            ImageTask task = dog;
            task.sampler = sampler, task.schedule = schedule;
            return refusal([&] { task.check("run.json"); });
        };
        QCOMPARE(refused("euler", "karras"), std::string());
        QCOMPARE(refused("Euler", "karras"), std::string("run.json: \"Euler\" must be written euler."));
        QCOMPARE(refused("euler", "Karras"), std::string("run.json: \"Karras\" must be written karras."));
        QCOMPARE(refused("ddim", "SGM Uniform"), std::string("run.json: \"SGM Uniform\" must be written sgm_uniform."));
    }

    void textsInCommonAreInMemoryOnce() {
        Task one = dog, two = ImageTask(dog);
        two.edit<ImageTask>().negative_prompt = "blurry";
        QVERIFY(&one.as<ImageTask>().negative_text() != &two.as<ImageTask>().negative_text());
        two.share_texts(one);
        QVERIFY(&one.as<ImageTask>().negative_text() == &two.as<ImageTask>().negative_text());
        QVERIFY(one == two);
    }
};

FANLIGHT_TEST(TstTask)
#include "tst_task.moc"
