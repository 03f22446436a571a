#include <QTest>

#include "core/output/manifest.h"
#include "tests/support/private_home.h"
#include "tests/support/programs.h"
#include "tests/support/test.h"

using namespace fanlight;

/// A1111's syntax as a user meets it: on the command line, in lists, in run folders and PNGs.
class TestPromptsWithSyntax : public QObject {
    Q_OBJECT

    PrivateHome home_;

    QString written(const QString& name, const QByteArray& text) const {
        QFile file(home_.path(name));
        if (file.open(QIODevice::WriteOnly)) file.write(text);
        return file.fileName();
    }
    QString list() const {
        return written("list.csv",
                       "prompt,negative,literal\n"
                       "a (red:1.4) hat,blurry,\n"
                       "a [dog:cat:0.5],blurry,no\n"
                       "a plain dog,blurry,\n"
                       "a dog BREAK a (cat:1.2),blurry,\n"
                       "[owl|fox] BREAK in the (night),blurry,\n"
                       "a (red:1.4) hat,blurry,yes\n"
                       "a cat,\"" +
                           QByteArray("low (quality:1.2) ").repeated(30) + "\",\n");
    }
    /// Makes images in a folder of this name and returns the run folder.
    QString made(const QString& name, const QStringList& arguments, ProgramResult* result = nullptr) const {
        const QString folder = home_.path(name);
        const ProgramResult run =
            run_fanlight(QStringList{"generate"} + arguments +
                         QStringList{"--steps", "3", "-W", "64", "-H", "64", "--threads", "1", "-o", folder});
        if (result) *result = run;
        return run.status == 0 ? folder : run.err;
    }
    static std::vector<ManifestRow> manifest(const QString& folder) {
        return read_manifest_jsonl((folder + "/manifest.jsonl").toStdString());
    }

private Q_SLOTS:
    void plainPromptsKeepTheirBytes() {
        const QString now = made("now", {"a dog", "a cat"}), literal = made("then", {"a dog", "a cat", "--literal"});
        QCOMPARE(images_in(now).size(), 2);
        QCOMPARE(images_in(now), images_in(literal));
        for (const ManifestRow& row : manifest(now)) QVERIFY(image_of(row.item).emphasis == Emphasis::Literal);
        QVERIFY(!content_of(now + "/.fanlight/run.json").contains("chunks"));
    }

    void everyModeMakesTheSameBytes() {
        const QStringList options = {"-p", list(), "--batch-size", "3"};
        const QString one = made("one", options + QStringList{"--devices", "cpu"});
        QCOMPARE(images_in(one).size(), 7);
        QCOMPARE(images_in(made("two", options + QStringList{"--devices", "cpu,cpu"})), images_in(one));
        QCOMPARE(images_in(made("staged", options + QStringList{"--devices", "cpu,cpu", "--mode", "pipelined"})),
                 images_in(one));
        QCOMPARE(images_in(made("sharded", options + QStringList{"--devices", "cpu", "--mode", "sharded"})),
                 images_in(one));

        const auto rows = manifest(one);
        const auto emphasis = [&](size_t row) { return image_of(rows.at(row).item).emphasis; };
        QVERIFY(emphasis(0) == Emphasis::Original && emphasis(2) == Emphasis::Literal);
        QVERIFY(emphasis(5) == Emphasis::Literal && emphasis(6) == Emphasis::Original);
        QVERIFY(rows[0].made.file()->sha256 != rows[5].made.file()->sha256);

        const ProgramResult again = run_fanlight({"replay", one, "-o", home_.path("again")});
        QVERIFY2(again.err.contains("7 of 7 images have the same bytes as before"), qPrintable(again.err));
        const QString png = one + "/" + QString::fromStdString(rows[4].item.place);
        const ProgramResult single = run_fanlight({"replay", png, "-o", home_.path("single")});
        QVERIFY2(single.err.contains("1 of 1 images have the same bytes as before"), qPrintable(single.err));
        const QString like = made("like", {"-p", png, "--batch-size", "3", "--devices", "cpu"});
        QCOMPARE(manifest(like).at(0).made.file()->sha256, rows[4].made.file()->sha256);
    }

    void anEmphasisIsKeptInThePng() {
        const QString original = made("original", {"a (red:2) dog"}),
                      raw = made("raw", {"a (red:2) dog", "--emphasis", "no-norm"});
        QCOMPARE(images_in(original).size(), 1);
        QVERIFY(images_in(original) != images_in(raw));
        const QByteArray png = content_of(raw + "/" + images_in(raw).at(0).section(' ', 0, 0));
        QVERIFY(png.contains("Emphasis: No norm"));
        QVERIFY(png.contains(R"("emphasis":"no-norm")"));
        QVERIFY(!content_of(original + "/" + images_in(original).at(0).section(' ', 0, 0)).contains("Emphasis"));
    }

    void aLongLiteralPromptIsSaidToBeCut() {
        const QString words = QString("dog ").repeated(90);
        const QString note =
            "2 prompts are longer than the text encoder reads at a time, the first in row 2: the end "
            "has no effect; without --literal all of a prompt is read";
        const QStringList prompts = {"a dog", words, words + "cat", "--literal"};
        const ProgramResult dry = run_fanlight(QStringList{"generate", "--dry-run"} + prompts);
        QCOMPARE(dry.err.count(note), 1);
        ProgramResult run;
        const QString folder = made("cut", prompts, &run);
        QCOMPARE(run.err.count(note), 1);
        const auto lines = content_of(folder + "/manifest.jsonl").trimmed().split('\n');
        QCOMPARE(lines.size(), 3);
        QVERIFY(lines[0].contains(R"("cut_tokens":0)") && !lines[1].contains(R"("cut_tokens":0)"));

        const ProgramResult whole = run_fanlight({"generate", "--dry-run", words});
        QVERIFY2(!whole.err.contains("longer"), qPrintable(whole.err));
    }

    void tagsOfNetworksAreSaidToHaveNoEffect() {
        const ProgramResult dry = run_fanlight({"generate", "--dry-run", "a dog <hypernet:x:1>", "a cat"});
        QVERIFY2(dry.err.contains(
                     "The prompt of row 1 names a network, \"<hypernet:x:1>\", that is no LoRA and has no effect"),
                 qPrintable(dry.err));
    }

    void wrongWordsAreRefused_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("sentence");
        const auto row = [](const char* name, const QStringList& arguments, const QString& sentence) {
            QTest::newRow(name) << arguments << sentence;
        };
        row("an emphasis", {"generate", "a", "--emphasis", "strong"},
            "--emphasis: emphasis must be one of literal, original, none, ignore and no-norm, not \"strong\"");
        row("both", {"generate", "a", "--literal", "--emphasis", "none"}, "--emphasis excludes --literal");
        row("a column", {"generate", "-p", written("maybe.csv", "prompt,literal\na,maybe\n")},
            "literal must be yes or no, not \"maybe\"");
        row("texts", {"text", "a", "--emphasis", "none"}, "--emphasis");
        row("texts, literally", {"text", "a", "--literal"}, "--literal");
    }
    void wrongWordsAreRefused() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, sentence);
        const ProgramResult result = run_fanlight(arguments);
        QCOMPARE(result.status, 2);
        QVERIFY2(result.err.contains(sentence), qPrintable(result.err));
    }
};

FANLIGHT_TEST(TestPromptsWithSyntax)
#include "tst_prompts_with_syntax.moc"
