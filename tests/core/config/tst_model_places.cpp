#include "core/config/model_places.h"

#include <QTemporaryDir>
#include <QTest>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/config/settings.h"
#include "core/config/user_folders.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

bool is_checkpoint(const fs::path& path) { return path.extension() == ".safetensors" && fs::is_regular_file(path); }

bool has(const std::vector<fs::path>& folders, const fs::path& folder) {
    return std::find(folders.begin(), folders.end(), folder) != folders.end();
}

}  // namespace

class TestModelPlaces : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> home_;
    fs::path root_;

    fs::path made(const fs::path& folder) const {
        fs::create_directories(root_ / folder);
        return root_ / folder;
    }
    fs::path file(const fs::path& path) const {
        write_bytes(root_ / path, "weights");
        return root_ / path;
    }
    ModelPlaces places(const std::vector<std::string>& dirs) const { return {root_ / "resources", dirs}; }

private Q_SLOTS:
    void init() {
        home_ = std::make_unique<QTemporaryDir>();
        root_ = home_->path().toStdString();
        qputenv("HOME", home_->path().toUtf8());
        for (const char* name : {"XDG_CONFIG_HOME", "XDG_DATA_HOME"}) qunsetenv(name);
    }

    void fanlightsOwnFoldersComeFirst() {
        const fs::path more = made("more");
        const ModelPlaces found = places({more});
        QCOMPARE(found.models, (std::vector<fs::path>{models_folder(), more}));
        QCOMPARE(found.loras, (std::vector<fs::path>{loras_folder(), more}));
    }

    void treesOfOtherProgramsAreKnown_data() {
        QTest::addColumn<QString>("given");
        QTest::addColumn<QStringList>("models");
        QTest::addColumn<QStringList>("loras");
        QTest::newRow("ComfyUI") << "comfy" << QStringList{"comfy/models/checkpoints", "comfy/models/diffusers"}
                                 << QStringList{"comfy/models/loras"};
        QTest::newRow("its models") << "comfy/models"
                                    << QStringList{"comfy/models/checkpoints", "comfy/models/diffusers"}
                                    << QStringList{"comfy/models/loras"};
        QTest::newRow("AUTOMATIC1111") << "webui" << QStringList{"webui/models/Stable-diffusion"}
                                       << QStringList{"webui/models/Lora", "webui/models/LyCORIS"};
        QTest::newRow("SwarmUI") << "swarm" << QStringList{"swarm/Models/Stable-Diffusion"}
                                 << QStringList{"swarm/Models/Lora"};
    }
    void treesOfOtherProgramsAreKnown() {
        for (const char* folder :
             {"comfy/models/checkpoints", "comfy/models/diffusers", "comfy/models/loras", "comfy/models/vae",
              "webui/models/Stable-diffusion", "webui/models/Lora", "webui/models/LyCORIS", "webui/models/VAE",
              "swarm/Models/Stable-Diffusion", "swarm/Models/Lora"})
            made(folder);
        QFETCH(const QString, given);
        QFETCH(const QStringList, models);
        QFETCH(const QStringList, loras);
        const ModelPlaces found = places({(root_ / given.toStdString()).string()});
        QCOMPARE(found.models.size(), size_t(1 + models.size()));
        QCOMPARE(found.loras.size(), size_t(1 + loras.size()));
        for (const QString& folder : models)
            QVERIFY2(has(found.models, root_ / folder.toStdString()), qPrintable(folder));
        for (const QString& folder : loras)
            QVERIFY2(has(found.loras, root_ / folder.toStdString()), qPrintable(folder));
    }

    void extraModelPathsAreTakenByComfysRules() {
        qputenv("MY_LORAS", (root_ / "elsewhere").c_str());
        write_bytes(root_ / "comfy/extra_model_paths.yaml",
                    "# as ComfyUI's example has it\n"
                    "a111:\n"
                    "    base_path: ../webui/\n"
                    "    is_default: true\n"
                    "    checkpoints: models/Stable-diffusion\n"
                    "    loras: |\n"
                    "         models/Lora\n"
                    "         $MY_LORAS/one\n"
                    "    vae: models/VAE\n"
                    "    custom_nodes: nodes\n"
                    "other:\n"
                    "    base_path: ~/disk\n"
                    "    checkpoints: /srv/models\n"
                    "    diffusers: folders\n"
                    "nothing:\n");
        for (const char* given : {"comfy", "comfy/extra_model_paths.yaml"}) {
            const ModelPlaces found = places({(root_ / given).string()});
            QCOMPARE(found.models, (std::vector<fs::path>{models_folder(), root_ / "webui/models/Stable-diffusion",
                                                          "/srv/models", root_ / "disk/folders"}));
            QCOMPARE(found.loras,
                     (std::vector<fs::path>{loras_folder(), root_ / "webui/models/Lora", root_ / "elsewhere/one"}));
        }
    }

    void componentsHavePlaces() {
        for (const char* folder : {"c/models/checkpoints", "c/models/vae", "c/models/vae_approx", "c/models/clip",
                                   "c/models/text_encoders", "c/models/diffusion_models", "c/models/unet",
                                   "a/models/Stable-diffusion", "a/models/VAE", "plain/vae", "plain/text_encoder"})
            made(folder);
        const ModelPlaces comfy = places({(root_ / "c").string()}), webui = places({(root_ / "a").string()}),
                          plain = places({(root_ / "plain").string()});
        QCOMPARE(comfy.vaes,
                 (std::vector<fs::path>{vaes_folder(), root_ / "c/models/vae", root_ / "c/models/vae_approx"}));
        QCOMPARE(comfy.text_encoders, (std::vector<fs::path>{text_encoders_folder(), root_ / "c/models/text_encoders",
                                                             root_ / "c/models/clip"}));
        QCOMPARE(comfy.networks, (std::vector<fs::path>{networks_folder(), root_ / "c/models/diffusion_models",
                                                        root_ / "c/models/unet"}));
        QCOMPARE(webui.vaes, (std::vector<fs::path>{vaes_folder(), root_ / "a/models/VAE"}));
        // Folders that a model of diffusers has, too, make no tree of another program.
        QCOMPARE(plain.models, (std::vector<fs::path>{models_folder(), root_ / "plain"}));
        QCOMPARE(plain.vaes, (std::vector<fs::path>{vaes_folder(), root_ / "plain/vae"}));
    }

    void loraFoldersBesideModelsAreNoTree() {
        for (const char* folder : {"own/loras", "own/embeddings", "program/models/loras"}) made(folder);
        const ModelPlaces own = places({(root_ / "own").string()}), program = places({(root_ / "program").string()});
        QCOMPARE(own.models, (std::vector<fs::path>{models_folder(), root_ / "own"}));
        QCOMPARE(own.loras, (std::vector<fs::path>{loras_folder(), root_ / "own/loras"}));
        QCOMPARE(program.models, (std::vector<fs::path>{models_folder()}));
        QCOMPARE(program.loras, (std::vector<fs::path>{loras_folder(), root_ / "program/models/loras"}));
    }

    void whatIsWrongIsToldInOneSentence_data() {
        QTest::addColumn<QString>("yaml");
        QTest::addColumn<QString>("message");
        QTest::newRow("no YAML") << "a: ["
                                 << "extra_model_paths.yaml, line 1";
        QTest::newRow("a list") << "- a\n"
                                << "must hold one list of keys and values";
        QTest::newRow("a section of one word") << "comfyui: yes\n"
                                               << "line 1, column 10: must hold folders";
        QTest::newRow("a list of paths") << "comfyui:\n  loras: [a, b]\n"
                                         << "line 2, column 10: loras must be paths, one on each line";
    }
    void whatIsWrongIsToldInOneSentence() {
        QFETCH(const QString, yaml);
        QFETCH(const QString, message);
        const fs::path file = root_ / "comfy/extra_model_paths.yaml";
        write_bytes(file, yaml.toStdString());
        const QString said = QString::fromStdString(error_of([&] { places({file.string()}); }));
        QVERIFY2(said.contains(message), qPrintable(said));
    }

    void aGivenFolderMustBeThere() {
        const QString said = QString::fromStdString(error_of([&] { places({(root_ / "nowhere").string()}); }));
        QVERIFY2(said.startsWith("There is no folder " + QString::fromStdString(root_ / "nowhere")), qPrintable(said));
    }

    void foldersOfTheSettingsMayBeMissing() {
        const fs::path there = made("there");
        change_settings([&](Settings& settings) { settings.models_dirs = {there, "/not/mounted"}; });
        const ModelPlaces found = places({});
        QCOMPARE(found.models, (std::vector<fs::path>{models_folder(), there}));
        QCOMPARE(found.problems.size(), size_t{1});
        QVERIFY(found.problems.front().text().find("/not/mounted") != std::string::npos);
    }

    void brokenSettingsAreAProblemAndStayAsTheyAre() {
        write_bytes(settings_file(), "{\"models_dirs\": [\"re");
        QCOMPARE(places({}).problems.size(), size_t{1});
        const QString said = QString::fromStdString(
            error_of([] { change_settings([](Settings& settings) { settings.models_dirs.clear(); }); }));
        QVERIFY2(said.contains("settings.json") && said.contains("delete it"), qPrintable(said));
        QCOMPARE(read_file(settings_file()), std::string("{\"models_dirs\": [\"re"));
    }

    void whatLaterVersionsSetStays() {
        write_bytes(settings_file(), R"({"models_dirs": ["/a"], "theme": {"x": 1}})");
        change_settings([](Settings& settings) { settings.models_dirs.push_back("/b"); });
        const Json json = read_json_file(settings_file());
        QCOMPARE(json.at("theme").at("x").get<int>(), 1);
        QCOMPARE(read_settings().models_dirs, (std::vector<std::string>{"/a", "/b"}));
    }

    void filesAreFoundInFoldersBelow() {
        const fs::path place = made("place");
        file("place/dreams.safetensors");
        file("place/anime/v1/night.safetensors");
        file("place/.hidden/secret.safetensors");
        file("place/notes.txt");
        fs::create_directory_symlink(place, place / "anime/round");
        fs::create_directory_symlink(place / "anime", place / "again");
        const auto found = files_in({place, root_ / "nowhere"}, &is_checkpoint);
        QCOMPARE(found.size(), size_t{2});
        QVERIFY(found[0].name == "again/v1/night" || found[0].name == "anime/v1/night");
        QCOMPARE(found[1].name, std::string("dreams"));
    }

    void aNameIsAPathOrItsLastPart() {
        const fs::path place = made("place");
        for (const char* name : {"place/a.safetensors", "place/x/b.safetensors", "place/x/c.safetensors",
                                 "place/y/c.safetensors", "place/y/a.safetensors"})
            file(name);
        const auto found = files_in({place}, &is_checkpoint);
        const auto path_of = [&](const std::string& name) {
            const PlacedFile* file = file_called(name, found);
            return file ? file->path.lexically_relative(place).string() : "";
        };
        QCOMPARE(path_of("a"), std::string("a.safetensors"));
        QCOMPARE(path_of("b"), std::string("x/b.safetensors"));
        QCOMPARE(path_of("b.safetensors"), std::string("x/b.safetensors"));
        QCOMPARE(path_of("y/a.safetensors"), std::string("y/a.safetensors"));
        QCOMPARE(path_of("d"), std::string());
        QCOMPARE(QString::fromStdString(error_of([&] { path_of("c"); })),
                 QString("\"c\" is the name of x/c and y/c; give more of its path."));
    }
};

FANLIGHT_TEST(TestModelPlaces)
#include "tst_model_places.moc"
