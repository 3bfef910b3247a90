CREATE ROLE made_by_script LOGIN PASSWORD :'pw';
