#include "core/batch/styles.h"

#include <QTest>

#include "core/base/error.h"
#include "core/batch/parameter_rules.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

const std::vector<Style> known = {{"cinematic", "film still of {prompt}, grain", "cartoon"},
                                  {"sai-3d-model", "{prompt}, 3d, {prompt}", ""},
                                  {"night", "at night", "sun, {prompt}"},
                                  {"Night", "never found", ""}};

Styles styles() {
    Styles styles;
    for (const Style& style : known) styles.add(style);
    return styles;
}

}  // namespace

class TestStyles : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void namesDifferInMoreThanCaseAndDashes() {
        QCOMPARE(styles().all().size(), size_t{3});
        QCOMPARE(styles().find("SAI 3D Model")->name, std::string("sai-3d-model"));
        QCOMPARE(styles().find("NIGHT")->prompt, std::string("at night"));
        QVERIFY(!styles().find("nights"));
    }

    void aTextWithoutAPlaceForThePromptFollowsIt() {
        QCOMPARE(styled("at night", " a dog "), std::string("a dog, at night"));
        QCOMPARE(styled("at night", ""), std::string("at night"));
        QCOMPARE(styled("", "a dog"), std::string("a dog"));
        QCOMPARE(styled("{prompt}!", "a {prompt} dog"), std::string("a {prompt} dog!"));
        QCOMPARE(styled("{prompt}, 3d, {prompt}", "a dog"), std::string("a dog, 3d, a dog"));
    }

    void stylesFollowEachOther_data() {
        QTest::addColumn<QString>("names");
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<QString>("negative");
        QTest::newRow("one") << "cinematic"
                             << "film still of a dog, grain"
                             << "blurry, cartoon";
        QTest::newRow("two") << "cinematic; night"
                             << "film still of a dog, grain, at night"
                             << "sun, blurry, cartoon";
        QTest::newRow("a list") << R"(["night", "cinematic"])"
                                << "film still of a dog, at night, grain"
                                << "sun, blurry, cartoon";
        QTest::newRow("none") << "none"
                              << "a dog"
                              << "(none)";
        QTest::newRow("the run's") << ""
                                   << "a dog, 3d, a dog"
                                   << "(none)";
    }
    void stylesFollowEachOther() {
        QFETCH(const QString, names);
        QFETCH(const QString, prompt);
        QFETCH(const QString, negative);
        PromptRow row{"a dog", {}, "row 1"};
        if (!names.isEmpty()) find_parameter("style")->read(names.toStdString(), row.overrides, "row 1");
        apply_styles(row, {"sai-3d-model"}, "blurry", styles());
        QCOMPARE(QString::fromStdString(row.prompt), prompt);
        QCOMPARE(QString::fromStdString(row.overrides.negative_prompt.value_or("(none)")), negative);
        QVERIFY(!row.overrides.styles);
    }

    void aRowsOwnNegativePromptGoesBeforeTheRuns() {
        PromptRow row{"a dog", {.negative_prompt = "fog"}, "row 1"};
        apply_styles(row, {"cinematic"}, "blurry", styles());
        QCOMPARE(row.overrides.negative_prompt.value(), std::string("fog, cartoon"));
        row = {"a dog", {.negative_prompt = ""}, "row 1"};
        apply_styles(row, {"cinematic"}, "blurry", styles());
        QCOMPARE(row.overrides.negative_prompt.value(), std::string("cartoon"));
    }

    void anUnknownStyleIsRefusedWithTheKnownOnes() {
        PromptRow row{"a dog", {.styles = {{"noir"}}}, "list.csv, line 3"};
        QCOMPARE(
            error_of([&] { apply_styles(row, {}, "", styles()); }),
            std::string("list.csv, line 3: there is no style \"noir\"; there are cinematic, sai-3d-model and night."));
        row.overrides.styles = {{"noir"}};
        QVERIFY(error_of([&] {
                    apply_styles(row, {}, "", {});
                }).starts_with("list.csv, line 3: there is no style \"noir\", nor"));
    }

    void namesAreWrittenAsTheyAreRead_data() {
        QTest::addColumn<QStringList>("names");
        QTest::addColumn<QString>("text");
        QTest::newRow("none") << QStringList() << "none";
        QTest::newRow("two") << QStringList{"a, b", "c"} << "a, b; c";
        QTest::newRow("a semicolon") << QStringList{"a; b"} << R"(["a; b"])";
        QTest::newRow("a bracket") << QStringList{"[x]"} << R"(["[x]"])";
        QTest::newRow("called none") << QStringList{"none"} << R"(["none"])";
    }
    void namesAreWrittenAsTheyAreRead() {
        QFETCH(const QStringList, names);
        QFETCH(const QString, text);
        std::vector<std::string> given;
        for (const QString& name : names) given.push_back(name.toStdString());
        QCOMPARE(QString::fromStdString(style_names(given)), text);
        Overrides read;
        find_parameter("styles")->read(text.toStdString(), read, "");
        QVERIFY(read.styles == given);
    }

    void emptyNamesAreRefused() {
        Overrides read;
        for (const char* text : {"", "a;;b", "[\"\"]", "[1]"})
            QVERIFY_THROWS_EXCEPTION(UsageError, find_parameter("styles")->read(text, read, "row 1"));
    }
};

FANLIGHT_TEST(TestStyles)
#include "tst_styles.moc"
