#include "core/project/project_file.h"

#include <QTemporaryDir>
#include <QTest>

#include "core/base/error.h"
#include "core/base/file.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

ProjectSettings some_settings() {
    return {.model = "/models/gone",
            .prediction = "v_prediction",
            .parameters = {{"steps", "20"}, {"negative_prompt", "blurred,\n\"grey\""}},
            .affixes = {"a photo of", ", 35 mm"},
            .random_seed = true,
            .same_seed = true,
            .batch_size = 4,
            .dtype = "bfloat16",
            .loras = {"/loras/ink.safetensors:0.5"},
            .vae = "ft-mse",
            .text_encoders = {"/clip", "big_g"},
            .vae_tiling = true,
            .text_device = "cuda:1",
            .cfg_pairs = true,
            .cache_embeddings = true,
            .on_oom = OnOom::Any,
            .weights = WeightForm::Packed,
            .devices = {{"GPU-1", false, 0}, {"cpu", true, 3}},
            .placement = {.mode = Mode::Pipelined,
                          .device_map = "sequential",
                          .max_memory = "cuda:0=10GB",
                          .replicas = 2,
                          .stages = 3,
                          .num_chunks = 4,
                          .split_points = "accelerate"},
            .output_folder = "/pictures/صور"};
}

QByteArray error_of(const std::string& text) {
    try {
        parse_project(text, "p.fanlight");
    } catch (const UsageError& error) {
        return error.what();
    }
    return "accepted";
}

}  // namespace

class TstProjectFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsWrittenIsReadAgain() {
        const std::string rows = "{\"prompt\":\"a dog\",\"steps\":7}\n{\"prompt\":\"a\\ncat\"}\n";
        QTemporaryDir folder;
        const std::string file = folder.filePath("p.fanlight").toStdString();
        replace_file(file, project_head(some_settings(), "/lists/own.fanlight") + "\n" + rows);
        const ProjectFile project = read_project(file);
        QVERIFY(project.settings == some_settings());
        QCOMPARE(project.saved_as, std::string("/lists/own.fanlight"));
        QCOMPARE(project.rows.size(), size_t{2});
        QCOMPARE(project.rows[0].overrides.steps, std::optional(7));
        QCOMPARE(project.rows[1].prompt, std::string("a\ncat"));
    }

    void aProjectNeedsNoRows() {
        for (const char* end : {"", "\n", "\r\n", "\n\n"})
            QVERIFY(parse_project(project_head(some_settings()) + end, "p").rows.empty());
    }

    void absentSettingsAreAsUsual() {
        const ProjectFile project = parse_project("{\"fanlight_project\":1,\"of_a_later_release\":[1]}", "p");
        QVERIFY(project.settings == ProjectSettings());
    }

    void whatCannotBeMeantIsRefused_data() {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<QByteArray>("message");
        const auto row = [](const char* name, const char* members, const char* message) {
            QTest::newRow(name) << QByteArray("{\"fanlight_project\":1,") + members + "}"
                                << QByteArray("p.fanlight, line 1: ") + message;
        };
        row("type", "\"model\":7", "\"model\" has the wrong type (number).");
        row("range", "\"batch_size\":0", "\"batch_size\" must be from 1 to 1024, not 0.");
        row("fraction", "\"batch_size\":1.5", "\"batch_size\" must be a whole number");
        row("name", "\"dtype\":\"int3\"", "\"dtype\" must be one of auto, float32");
        row("parameter", "\"parameters\":{\"colour\":\"red\"}", "\"colour\" is not a parameter.");
        row("value", "\"parameters\":{\"steps\":\"many\"}", "parameters: steps must be a whole number");
        row("mode", "\"placement\":{\"mode\":\"fast\"}", "placement");
        row("stages", "\"placement\":{\"stages\":-1}", "placement: \"stages\" must be from 0 to 1024, not -1.");
        row("workers", "\"devices\":[{\"device\":\"cpu\",\"workers\":1000}]", "devices: \"workers\" must be from 0");
        row("nul", "\"model\":\"a\\u0000b\"", "");
        QTest::newRow("newer") << QByteArray("{\"fanlight_project\":2}")
                               << QByteArray("p.fanlight, line 1: a newer version of Fanlight has written it");
        QTest::newRow("other") << QByteArray("{\"prompt\":\"a dog\"}")
                               << QByteArray("p.fanlight, line 1: it does not say \"fanlight_project\"");
        QTest::newRow("torn") << QByteArray("{\"fanlight_project\":1,\"mod") << QByteArray("p.fanlight, line 1");
        QTest::newRow("nothing") << QByteArray() << QByteArray("p.fanlight, line 1");
        QTest::newRow("endless") << QByteArray("{\"fanlight_project\":1,\"model\":\"") + QByteArray(2 << 20, 'x') +
                                        "\"}"
                                 << QByteArray("p.fanlight, line 1: it is too long");
    }
    void whatCannotBeMeantIsRefused() {
        QFETCH(const QByteArray, head);
        QFETCH(const QByteArray, message);
        const QByteArray said = error_of(head.toStdString());
        QVERIFY2(said.startsWith(message) && said.endsWith('.') && !said.endsWith(".."), said);
    }

    void rowsAreNamedByTheirLines() {
        const QByteArray said = error_of(project_head({}) + "\n{\"prompt\":\"a\"}\n{\"prompt\":\"b\",\"steps\":0}\n");
        QVERIFY2(said.startsWith("p.fanlight, line 3, column "), said);
    }

    void aFileThatIsNotThereIsNamed() {
        try {
            read_project("/nowhere/p.fanlight");
            QFAIL("it was read");
        } catch (const UsageError& error) {
            QVERIFY2(QString(error.what()).contains("/nowhere/p.fanlight"), error.what());
        }
    }
};

FANLIGHT_TEST(TstProjectFile)
#include "tst_project_file.moc"
