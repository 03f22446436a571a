#include <QTemporaryDir>
#include <QTest>

#include "core/base/json.h"
#include "tests/support/private_home.h"
#include "tests/support/programs.h"
#include "tests/support/test.h"

using namespace fanlight;

/// Projects of the window on the command line.
class TestProjects : public QObject {
    Q_OBJECT

    PrivateHome home_;

    QString written(const QString& name, const QByteArray& text) const {
        QFile file(home_.path(name));
        if (file.open(QIODevice::WriteOnly)) file.write(text);
        return file.fileName();
    }

    /// Two rows, the second with steps of its own.
    QString project(const QString& name, const Json& settings) const {
        Json head = {{"fanlight_project", 1}};
        head.update(settings);
        return written(name + ".fanlight", QByteArray::fromStdString(to_line(head)) +
                                               "\n{\"prompt\":\"a dog\"}\n{\"prompt\":\"a cat\",\"steps\":5}\n");
    }
    QString castles() const {
        return project("castles", {{"model", "starter"},
                                   {"parameters",
                                    {{"steps", "2"},
                                     {"width", "64"},
                                     {"height", "64"},
                                     {"seed", "7"},
                                     {"emphasis", "none"},
                                     {"negative_prompt", "blurred"}}},
                                   {"prefix", "a photo of "},
                                   {"suffix", "at night"},
                                   {"same_seed", true},
                                   {"vae_tiling", true},
                                   {"on_oom", "any"},
                                   {"cache_embeddings", true},
                                   {"text_device", "cpu"},
                                   {"weights", "dequantised"},
                                   {"batch_size", 2},
                                   {"devices", {{{"device", "cpu"}, {"used", true}, {"workers", 3}}}},
                                   {"output_folder", home_.path("pictures").toStdString()}});
    }

    static std::vector<Json> planned(const QStringList& words) {
        const ProgramResult ended = run_fanlight(words + QStringList{"--dry-run", "--json"});
        if (ended.status != 0) qWarning().noquote() << ended.err;
        std::vector<Json> items;
        for (const QString& line : ended.out.split('\n', Qt::SkipEmptyParts))
            items.push_back(parse_json(line.toStdString(), "item"));
        return items;
    }

private Q_SLOTS:
    void itsRowsAndSettingsAreTaken() {
        const std::vector<Json> items = planned({"generate", "-p", castles()});
        QCOMPARE(items.size(), size_t{2});
        const Json& dog = items[0].at("parameters");
        QCOMPARE(dog.at("prompt").get<std::string>(), std::string("a photo of a dog, at night"));
        QCOMPARE(dog.at("negative_prompt").get<std::string>(), std::string("blurred"));
        QCOMPARE(dog.at("steps").get<int>(), 2);
        QCOMPARE(dog.at("width").get<int>(), 64);
        QCOMPARE(items[1].at("parameters").at("steps").get<int>(), 5);
        QCOMPARE(items[1].at("parameters").at("seed").get<int>(), 7);  // the same for all
        const ProgramResult said = run_fanlight({"generate", "-p", castles(), "--dry-run"});
        QVERIFY2(said.err.contains("on cpu, cpu, cpu, ") && said.err.contains("2"), qPrintable(said.err));
    }

    void optionsGoBeforeItsSettings() {
        const std::vector<Json> items =
            planned({"generate", "-p", castles(), "--steps", "3", "--prefix", "a drawing of ", "-n", "", "-s", "9",
                     "--emphasis", "original", "(a)"});
        QCOMPARE(items.size(), size_t{3});
        const Json& typed = items[0].at("parameters");
        QCOMPARE(typed.at("prompt").get<std::string>(), std::string("a drawing of (a), at night"));
        QCOMPARE(typed.at("negative_prompt").get<std::string>(), std::string());
        QCOMPARE(typed.at("steps").get<int>(), 3);
        QCOMPARE(typed.at("seed").get<int>(), 9);
        QCOMPARE(typed.at("emphasis").get<std::string>(), std::string("original"));
        QCOMPARE(items[2].at("parameters").at("steps").get<int>(), 5);  // the row's own
        const ProgramResult said = run_fanlight({"generate", "-p", castles(), "--devices", "cpu", "--dry-run"});
        QVERIFY2(said.err.contains("on cpu, ") && !said.err.contains("cpu, cpu"), qPrintable(said.err));
    }

    void theModeIsItsOwnUnlessOneIsGiven() {
        const QString file = project("stages", {{"parameters", {{"width", "64"}, {"height", "64"}}},
                                                {"devices", {{{"device", "cpu"}, {"used", true}, {"workers", 2}}}},
                                                {"placement", {{"mode", "pipelined"}, {"stages", 9}}}});
        const ProgramResult pipelined = run_fanlight({"generate", "-p", file, "--dry-run"});
        QVERIFY2(pipelined.err.contains("1 pipeline of 9 stages would take 9 devices"), qPrintable(pipelined.err));
        QCOMPARE(run_fanlight({"generate", "-p", file, "--stages", "2", "--dry-run"}).status, 0);
        QCOMPARE(run_fanlight({"generate", "-p", file, "--mode", "replicas", "--dry-run"}).status, 0);
        const ProgramResult predicted = run_fanlight({"plan", "-p", file, "--stages", "2", "--json"});
        QVERIFY2(predicted.out.contains("\"mode\":\"pipelined\""), qPrintable(predicted.output()));
    }

    void itIsMadeInItsOutputFolder() {
        const ProgramResult made = run_fanlight({"generate", "-p", castles(), "--quiet", "--steps", "1"});
        QVERIFY2(made.status == 0, qPrintable(made.output()));
        const QStringList runs = QDir(home_.path("pictures")).entryList({"fanlight-*"}, QDir::Dirs);
        QCOMPARE(runs.size(), 1);
        QCOMPARE(images_in(home_.path("pictures/" + runs.first())).size(), 2);
        const QByteArray plan = content_of(home_.path("pictures/" + runs.first() + "/.fanlight/run.json"));
        QVERIFY(plan.contains("\"vae_tiling\":true") && plan.contains("\"on_oom\":\"any\"") &&
                plan.contains("\"cache_embeddings\":true"));
        QVERIFY(run_fanlight({"generate", "-p", castles(), "--quiet", "-o", home_.path("own")}).status == 0);
        QCOMPARE(images_in(home_.path("own")).size(), 2);
    }

    void aProjectOfTextsIsForTexts() {
        const QString file = written(
            "lines.fanlight", "{\"fanlight_project\":1,\"model\":\"starter-text\"}\n{\"prompt\":\"a lighthouse\"}\n");
        const std::vector<Json> items = planned({"text", "-p", file, "--greedy"});
        QCOMPARE(items.size(), size_t{1});
        QCOMPARE(items[0].at("parameters").value("do_sample", false), false);
        const ProgramResult refused = run_fanlight({"generate", "-p", file});
        QVERIFY2(refused.err.contains("The model starter-text makes texts; use fanlight text."),
                 qPrintable(refused.err));
    }

    void whatCannotBeReadIsRefused_data() {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QString>("sentence");
        const auto row = [](const char* name, const QStringList& words, const QString& sentence) {
            QTest::newRow(name) << words << sentence;
        };
        const auto of = [this](const char* name, const Json& settings, const QStringList& more = {}) {
            return QStringList{"generate", "-p", project(name, settings)} + more;
        };
        row("another command", {"text", "-p", castles()},
            castles() + ": The model starter makes images; use fanlight generate.");
        row("another command and model", {"text", "-m", "starter-text", "-p", castles()}, "use fanlight generate");
        row("no model of that name", of("gone", {{"model", "/nowhere/model"}}), "gone.fanlight: ");
        row("a newer version", of("newer", {{"fanlight_project", 99}}), "a newer version of Fanlight has written it");
        row("no project", {"generate", "-p", written("list.fanlight", "a dog\n")}, "list.fanlight, line 1");
        row("torn", {"generate", "-p", written("torn.fanlight", "{\"fanlight_project\":1,\"mod")},
            "torn.fanlight, line 1");
        row("a torn row", {"generate", "-p", written("row.fanlight", "{\"fanlight_project\":1}\n{\"prompt\":\"a d")},
            "row.fanlight, line 2");
        row("no rows", {"generate", "-p", written("bare.fanlight", "{\"fanlight_project\":1}\n")}, "no prompt");
        row("no file", {"generate", "-p", home_.path("none.fanlight")}, "none.fanlight");
        row("columns", {"generate", "-p", castles(), "--columns", "a=prompt"}, "is a project, whose columns are known");
        row("all devices off", of("off", {{"devices", {{{"device", "cpu"}, {"used", false}, {"workers", 0}}}}}),
            "off.fanlight: All devices of this machine are switched off in it; name some with --devices.");
        row("no device map", of("map", {{"placement", {{"mode", "sharded"}, {"device_map", "/nowhere.json"}}}}),
            "/nowhere.json");
        row("no output folder", of("blocked", {{"output_folder", "/proc/fanlight"}}), "/proc/fanlight");
    }
    void whatCannotBeReadIsRefused() {
        QFETCH(QStringList, words);
        QFETCH(QString, sentence);
        const ProgramResult ended = run_fanlight(words);
        QVERIFY2(ended.err.contains(sentence), qPrintable(ended.output()));
        QVERIFY2(ended.err.startsWith("fanlight: ") && ended.err.count('\n') == 1, qPrintable(ended.output()));
        QVERIFY(ended.status == 1 || ended.status == 2);
    }

    void anotherModelTakesThePlaceOfOneThatIsGone() {
        const QString file = project("moved", {{"model", "/nowhere/model"}, {"prediction", "v_prediction"}});
        QCOMPARE(planned({"generate", "-p", file, "-m", "starter"}).size(), size_t{2});
    }
};

FANLIGHT_TEST(TestProjects, QCoreApplication)
#include "tst_projects.moc"
