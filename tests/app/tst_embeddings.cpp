#include <QTest>

#include "core/base/json.h"
#include "core/images/png_reader.h"
#include "core/images/recipe_text.h"
#include "tests/support/places.h"
#include "tests/support/private_home.h"
#include "tests/support/programs.h"
#include "tests/support/test.h"

using namespace fanlight;

/// Prompts that call embeddings, as a user writes them; their pictures are compared with others' in core/networks.
class TestEmbeddings : public QObject {
    Q_OBJECT

    PrivateHome home_;
    const QString data_ = source_path("/tests/golden/data/"), a1111_ = home_.path("a1111");
    const QString moss_ = a1111_ + "/embeddings/moss-style.safetensors";
    int runs_ = 0;

    ProgramResult generate(const QString& folder, const QStringList& options, const QString& model = "sd1") const {
        return run_fanlight(QStringList{"generate", "-m", data_ + "pipelines/" + model, "--steps", "2", "-W", "64",
                                        "-H", "64", "--quiet", "--models-dir", a1111_, "-o", folder} +
                            options);
    }
    QString next_run() { return home_.path(QString("run %1").arg(++runs_)); }
    /// What is in the folder of a run that went well.
    QStringList pictures(const QStringList& options) {
        const QString folder = next_run();
        const ProgramResult run = generate(folder, options);
        return run.status == 0 ? images_in(folder) : QStringList{run.output()};
    }
    static std::string text_of(const QString& image, const std::string& keyword) {
        for (const PngText& text : read_png_texts_of_file(image.toStdString()))
            if (text.keyword == keyword) return text.text;
        return "";
    }

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(QDir().mkpath(a1111_ + "/embeddings/old") && QDir().mkpath(a1111_ + "/models/Lora"));
        QVERIFY(QFile::copy(data_ + "embeddings/sd1/moss-style.safetensors", moss_));
        QVERIFY(QFile::copy(data_ + "embeddings/sd1/toy.safetensors", a1111_ + "/embeddings/toy.safetensors"));
        QVERIFY(QFile::copy(data_ + "embeddings/sdxl/pair.safetensors", a1111_ + "/embeddings/pair.safetensors"));
        QFile pickled(a1111_ + "/embeddings/old/pickled.pt");
        QVERIFY(pickled.open(QIODevice::WriteOnly) && pickled.write("a pickle") > 0);
    }

    void everyModeMakesTheSame() {
        const QStringList prompts = {"a (moss-style:1.2) dog", "a cat", "[toy:Moss-Style:1]"};
        const QStringList one = pictures(prompts + QStringList{"--devices", "cpu"});
        QCOMPARE(one.size(), 3);
        QCOMPARE(pictures(prompts + QStringList{"--devices", "cpu,cpu"}), one);
        QCOMPARE(pictures(prompts + QStringList{"--devices", "cpu,cpu", "--mode", "pipelined"}), one);
        QCOMPARE(pictures({"a cat", "--seed", "43", "--devices", "cpu"})[0].section(' ', 1), one[1].section(' ', 1));
        const QStringList others = pictures({"a (other:1.2) dog", "a cat", "[toy:other:1]", "--devices", "cpu"});
        QVERIFY(others.size() == 3 && others[0] != one[0] && others[2] != one[2]);
    }

    void aPictureTellsOfThemAndIsMadeAgain() {
        const QString folder = next_run();
        const ProgramResult run = generate(folder, {"a moss-style dog", "-n", "(toy:1.3)", "a cat"});
        QVERIFY2(run.status == 0, qPrintable(run.output()));
        const QStringList names = QDir(folder).entryList({"*.png"}, QDir::Files, QDir::Name);
        const QString image = folder + "/" + names[0];
        const std::string hash = Json::parse(text_of(image, recipe_keyword))["recipe"]["embeddings"][0]["hash"];
        const std::string told = text_of(image, parameters_keyword);
        QVERIFY2(told.find("TI hashes: \"moss-style: " + hash.substr(0, 12) + ", toy: ") != std::string::npos,
                 told.c_str());
        QVERIFY(text_of(image, recipe_keyword).find(home_.path("").toStdString()) == std::string::npos);
        QVERIFY(content_of(folder + "/manifest.jsonl").contains("\"embeddings\":[{\"hash\":\""));
        // A run's folder knows where its files were; elsewhere they are found by name.
        const QString moved = next_run();
        QVERIFY(QDir().mkpath(moved));
        for (const QString& name : {names[0], names[1], QString("manifest.jsonl")})
            QVERIFY(QFile::copy(folder + "/" + name, moved + "/" + name));
        for (const QString& source : {moved + "/" + names[0], moved + "/manifest.jsonl"}) {
            const QStringList replay = {"replay", source, "-m", data_ + "pipelines/sd1", "-o", next_run()};
            ProgramResult replayed = run_fanlight(replay);
            QVERIFY2(replayed.status == 2 && replayed.err.contains("There is no embedding \"moss-style\" in "),
                     qPrintable(replayed.output()));
            replayed = run_fanlight(replay + QStringList{"--models-dir", a1111_});
            QVERIFY2(replayed.status == 0 && replayed.err.contains("have the same bytes as before, 0 more"),
                     qPrintable(replayed.output()));
        }
    }

    void oneThatCannotBeUsedIsRefusedWhereItIsCalled_data() {
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("reason");
        QTest::newRow("XL's for 1") << "a pair"
                                    << "sd1"
                                    << "vectors of 24 and 32 numbers, and what the model's text encoders read is 32";
        QTest::newRow("1's for XL") << "moss-style"
                                    << "sdxl"
                                    << "vectors of 32 numbers, and what the model's text encoders read is 24 and 32";
        QTest::newRow("1's for 2") << "moss-style"
                                   << "sd2"
                                   << "vectors of 32 numbers, and what the model's text encoders read is 24";
        QTest::newRow("a pickle") << "a (pickled:1.2)"
                                  << "sd1"
                                  << "pickled.pt is not a .safetensors file; convert it first";
    }
    void oneThatCannotBeUsedIsRefusedWhereItIsCalled() {
        QFETCH(QString, prompt);
        QFETCH(QString, model);
        QFETCH(QString, reason);
        for (const QStringList& literal : {QStringList(), QStringList{"--literal"}}) {
            const QString folder = next_run();
            const ProgramResult run = generate(folder, QStringList{"a cat", prompt} + literal, model);
            QVERIFY2(run.status == 2 && run.err.contains(reason) && run.err.contains("Prompt 2"),
                     qPrintable(run.output()));
            QVERIFY(!QFile::exists(folder));
        }
    }

    void aRunIsNotResumedWithAnother() {
        const QString folder = next_run();
        QVERIFY(generate(folder, {"a moss-style dog", "--prepare"}).status == 0);
        QVERIFY(QFile::rename(moss_, moss_ + ".kept") && QFile::copy(a1111_ + "/embeddings/toy.safetensors", moss_));
        const ProgramResult resumed = run_fanlight({"generate", "--resume", folder});
        QVERIFY(QFile::remove(moss_) && QFile::rename(moss_ + ".kept", moss_));
        QVERIFY2(resumed.status != 0 && resumed.err.contains("The embedding ") &&
                     resumed.err.contains("has changed since the run in"),
                 qPrintable(resumed.output()));
        QCOMPARE(run_fanlight({"generate", "--resume", folder}).status, 0);
    }

    void aPlanCountsTheirVectors() {
        const ProgramResult plan = run_fanlight({"plan", "-m", data_ + "pipelines/sd1", "--models-dir", a1111_,
                                                 QString("dog ").repeated(73) + "moss-style", "--literal"});
        QVERIFY2(plan.status == 0 && plan.output().contains("is longer than the text encoder reads at a time"),
                 qPrintable(plan.output()));
        QVERIFY2(plan.output().contains("Names in the prompts stand for embeddings: moss-style"),
                 qPrintable(plan.output()));
    }
};

FANLIGHT_TEST(TestEmbeddings)
#include "tst_embeddings.moc"
