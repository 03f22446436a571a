#pragma once

#include <QMap>
#include <QString>
#include <QStringList>
#include <QVariantMap>

#include "core/run/make_plan.h"

namespace fanlight::ui {

/// What the parameters pane says: the model, and what its rows leave open. Only what the user chose stands in it; the
/// rest follows the model.
struct Generation {
    QString model = "starter";          ///< as find_model() takes it
    QMap<QString, QString> parameters;  ///< by rule name
    bool randomSeed = false;            ///< another one for each run
    int batchSize = 1;
    QString dtype = "float32";
    QStringList loras;  ///< each as find_lora() takes it

    bool operator==(const Generation&) const = default;
};

/// To be remembered; what cannot be read comes back as its default.
QVariantMap toMap(const Generation& generation);
Generation generationOf(const QVariantMap& map);

/// For core/run, without rows and devices.
PlanRequest requestOf(const Generation& generation);

}  // namespace fanlight::ui
