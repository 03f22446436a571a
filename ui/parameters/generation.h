#pragma once

#include <QMap>
#include <QString>
#include <QStringList>
#include <QVariantMap>

#include "core/plan/make_plan.h"
#include "core/project/project_file.h"

namespace fanlight::ui {

/// The state of the parameters pane: the model, and defaults for what rows leave open. It holds only what the user
/// chose; the rest follows the model.
struct Generation {
    QString model = "starter";          ///< as find_model() takes it
    QString prediction;                 ///< as find_model() takes it; empty: what is found out
    QMap<QString, QString> parameters;  ///< by rule name
    bool randomSeed = false;            ///< a new one for each run
    bool sameSeed = false;              ///< every row's, where the seeds would else count up
    int batchSize = 1;
    QString dtype = automatic_dtype;  ///< one of dtype_choices()
    QStringList loras;                ///< each as find_lora() takes it
    QString network;                  ///< in place of the model's, as find_component() takes it; empty: its own
    QString vae;                      ///< likewise
    QStringList textEncoders;         ///< likewise
    bool vaeTiling = false;           ///< see Recipe
    QString textDevice;               ///< where text encoders work: "cpu", "cuda:1"; empty: beside the network
    bool cfgPairs = false;            ///< devices share guided evaluations in pairs
    bool cacheEmbeddings = false;     ///< keep texts that have been encoded on disk
    OnOom onOom = OnOom::Same;
    WeightForm weights = WeightForm::Auto;
    QString refiner;         ///< the model that finishes images, as find_component() takes it; empty: none
    QString prefix, suffix;  ///< of every prompt
    QString outputFolder;    ///< for the runs' folders; empty: the user's

    bool operator==(const Generation&) const = default;
};

Affixes affixesOf(const Generation& generation);

/// Whether anything but the model's own makes the images, or makes them in another way.
bool hasComponents(const Generation& generation);

/// Puts it into a project, whose devices are left alone.
void put(const Generation& generation, ProjectSettings& settings);
Generation generationOf(const ProjectSettings& settings);

/// For storing in the settings; values that cannot be read come back as defaults.
QVariantMap toMap(const Generation& generation);
Generation generationOf(const QVariantMap& map);

/// What a row must say to be made with the recipe's model and LoRAs, by rule name: nothing that a run has anyway.
/// `model`: the name of the run's; empty: not known.
QMap<QString, QString> differencesOf(const Recipe& recipe, const Generation& generation, const QString& model);

/// In what the recipe's components are others than those of the generation: "VAE: fine", or "VAE" where the recipe has
/// the model's own. No row can say so. `lacks`: ModelCard's; what takes their place is not known before a run.
QStringList otherComponents(const Recipe& recipe, const Generation& generation,
                            const std::vector<std::string>& lacks = {});

/// The scales of a row that makes the image with the model, by rule name; empty: those of the image. A scale of 1,
/// above which other models are guided, is one of 0 where Z-Image's begins, and is the true one where the other is an
/// input.
QMap<QString, QString> scalesFor(const ModelCard& card, const ImageTask& image);

/// The value of a parameter that is not set, by rule name: the model's, or what is usual. Null: it is not known, or
/// there is none.
QString usualValue(const QString& rule, const Generation& generation, const std::optional<ModelCard>& card);

/// The value of a parameter that the user has set, which may be an empty text; by rule name.
std::optional<QString> givenValue(const QString& rule, const Generation& generation);

/// Forgets what was said of the model's own network, and everything in place of its components.
void forgetComponents(Generation& generation);

/// Whether two devices can share the model's guided evaluations.
bool sharesGuidance(const ModelCard& card);

/// Forgets the components that the model takes none of. Returns whether there were some.
bool forgetUseless(Generation& generation, const ModelCard& card);

/// For core/run, without rows and devices.
PlanRequest requestOf(const Generation& generation);

/// Puts the devices into it, as --devices takes them or, if the generation wants pairs, --cfg-devices.
void setDevices(PlanRequest& request, const QString& devices, const Generation& generation);

}  // namespace fanlight::ui
