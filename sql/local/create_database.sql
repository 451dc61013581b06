create database {name} owner postgres template {template}
